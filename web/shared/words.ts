import type { ReactiveController, ReactiveControllerHost } from "lit";
import { catalogue, type Say, type Texts } from "./catalogue";
import { directionOf, type Language, languageOf, localeOf } from "./language";

/** An element's texts: English comes with it, every other language when it is spoken. */
export type Catalogues<W extends Texts> = { readonly en: W } & Readonly<
  Record<Exclude<Language, "en">, () => Promise<W>>
>;

type Host = ReactiveControllerHost & HTMLElement;

/**
 * An element's texts in the language of its page, and again in another when the page changes it; `own` names a language that goes
 * before the page's. The element's `lang` and `dir` say what it speaks. It is not seen until its first language has come, and keeps
 * the one before while another is on its way; one that can't be had leaves it in English.
 */
export class Words<W extends Texts> implements ReactiveController {
  #say: Say<W>;
  #language: Language = "en";
  #locale = "en";
  #wanted = "";
  readonly #page = new MutationObserver(() => void this.follow());

  constructor(
    private readonly host: Host,
    private readonly catalogues: Catalogues<W>,
    private readonly own: () => string | null = () => null,
  ) {
    this.#say = catalogue(catalogues.en, this.#locale);
    host.addController(this);
  }

  get say(): Say<W> {
    return this.#say;
  }

  /** The tag that was asked for, spoken here or not. */
  get wanted(): string {
    return this.own() || document.documentElement.lang || "en";
  }

  get language(): Language {
    return this.#language;
  }

  /** The language with its country, for dates and figures. */
  get locale(): string {
    return this.#locale;
  }

  hostConnected(): void {
    this.#page.observe(document.documentElement, { attributeFilter: ["lang"] });
    void this.follow();
  }

  hostDisconnected(): void {
    this.#page.disconnect();
  }

  /** Turns to the language that is wanted now. */
  async follow(): Promise<void> {
    const tag = this.wanted;
    if (tag === this.#wanted) return;
    const isFirst = this.#wanted === "";
    this.#wanted = tag;
    const language = languageOf(tag);
    const { en, ...others } = this.catalogues;
    const load = (others as Partial<Record<Language, () => Promise<W>>>)[language];
    if (!load) {
      this.#turn(en, "en", tag.startsWith("en") ? tag : "en");
      return;
    }
    if (isFirst) this.host.style.visibility = "hidden";
    const texts = await load().catch(() => null);
    if (isFirst) this.host.style.visibility = "";
    if (tag === this.#wanted) this.#turn(texts ?? en, texts ? language : "en", texts ? tag : "en");
  }

  #turn(texts: W, language: Language, tag: string): void {
    this.#language = language;
    this.#locale = localeOf(tag);
    this.#say = catalogue(texts, this.#locale);
    this.host.lang = language;
    this.host.dir = directionOf(language);
    this.host.requestUpdate();
  }
}
