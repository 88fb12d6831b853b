/** All sections that are being changed: what was begun in one stays while another is looked at. */
import { Refused } from "../shared/request";
import { afterError, begun, type Editing, isChanged, overTheirs } from "./editing";
import { formOf, kindOf, type Somebody } from "./forms";
import { addPerson, change, changePerson, preview, type Preview, type Wrong } from "./wire";

const PREVIEW_MS = 350;

export interface Host {
  readonly redraw: () => void;
  /** Whether who is signed in may change sections of this kind. */
  readonly may: (kind: string) => boolean;
  /** A section holds; `version` undoes it, null where it can't be undone from here. */
  readonly saved: (section: string, version: number | null) => void;
  /** Reads everything anew and opens the section again. */
  readonly reload: (section: string) => Promise<void>;
  readonly refused: (error: unknown) => void;
}

export class Editor {
  readonly #editings = new Map<string, Editing>();
  readonly #timers = new Map<string, ReturnType<typeof setTimeout>>();

  constructor(private readonly host: Host) {}

  get hasUnsaved(): boolean {
    return [...this.#editings.values()].some(isChanged);
  }

  of(section: string): Editing | undefined {
    return this.#editings.get(section);
  }

  open(section: string, draft: unknown, version: number): void {
    if (!this.#editings.has(section)) this.#set(begun(section, version, draft));
    this.#foresee(section, 0);
  }

  edit(section: string, draft: unknown): void {
    const editing = this.#editings.get(section);
    if (!editing) return;
    this.#set({ ...editing, draft, trouble: null, wrong: kindOf(section) === "people" ? [] : editing.wrong });
    this.#foresee(section, PREVIEW_MS);
  }

  comment(section: string, comment: string): void {
    const editing = this.#editings.get(section);
    if (editing) this.#set({ ...editing, comment });
  }

  close(section: string): void {
    clearTimeout(this.#timers.get(section));
    this.#editings.delete(section);
    this.host.redraw();
  }

  /** Nothing that was begun is of use any more. */
  forget(): void {
    for (const section of [...this.#editings.keys()]) this.close(section);
  }

  keepMine(section: string): void {
    const editing = this.#editings.get(section);
    if (editing) this.#set(overTheirs(editing));
  }

  async takeTheirs(section: string): Promise<void> {
    this.close(section);
    await this.host.reload(section);
  }

  /** Sends it. What is wrong stands beside its field afterwards, and nothing that was written is lost. */
  async save(section: string): Promise<void> {
    const editing = this.#editings.get(section);
    if (!editing || editing.isBusy || !isChanged(editing)) return;
    this.#set({ ...editing, isBusy: true, wrong: [], trouble: null });
    try {
      const version = await send(editing);
      this.close(section);
      this.host.saved(section, version);
    } catch (error) {
      const now = this.#editings.get(section) ?? editing;
      if (error instanceof Refused && error.status === 401) this.host.refused(error);
      this.#set(afterError(now, error));
    }
  }

  /** Asks what callers would hear. What is wrong is not told while it is first written, and follows once it was refused. */
  #foresee(section: string, inMs: number): void {
    const kind = kindOf(section);
    if (kind === "people" || !this.host.may(kind)) return;
    clearTimeout(this.#timers.get(section));
    this.#timers.set(section, setTimeout(() => void this.#ask(section), inMs));
  }

  async #ask(section: string): Promise<void> {
    const asked = this.#editings.get(section);
    if (!asked) return;
    let previews: readonly Preview[] | null = null;
    let wrong: readonly Wrong[] = [];
    try {
      previews = await preview(section, formOf(section).written(asked.draft));
    } catch (error) {
      wrong = afterError(asked, error).wrong;
    }
    const now = this.#editings.get(section);
    if (now && now.draft === asked.draft && !now.isBusy) this.#set({ ...now, previews, wrong: now.wrong.length > 0 ? wrong : [] });
  }

  #set(editing: Editing): void {
    this.#editings.set(editing.section, editing);
    this.host.redraw();
  }
}

async function send({ section, draft, version, comment }: Editing): Promise<number | null> {
  if (kindOf(section) !== "people") return change(section, formOf(section).written(draft), version, comment);
  const { username, password, ...person } = draft as Somebody;
  const about = { ...person, comment: comment || null };
  if (section !== "people.") return changePerson(username, { ...about, version });
  await addPerson({ ...about, username, password });
  return null;
}
