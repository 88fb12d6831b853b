/** What an agent does with the contact in front, by button or by key. */
import { filled, matching } from "./canned";
import { commands } from "./commands";
import { type Card, ordered, type Pending } from "./desk";
import type { Shortcut } from "./keyboard";
import type { View } from "./view";
import { factsOf } from "./views/briefing";

/** Does what a key means; a key that means nothing just now does nothing. */
export function press(view: View, meant: Shortcut): void {
  const { desk, page, turn } = view;
  const offer = view.line.standing[0];
  const current = desk.cards.find((card) => card.contact_id === desk.selected);
  switch (meant) {
    case "accept":
      if (!offer && view.softphone.isWaiting) return view.softphone.answer();
      return offer && view.answer(offer.offer_id, "accept", { when: "now" });
    case "after":
      return offer?.in_step ? view.answer(offer.offer_id, "accept", { when: "after_step" }) : undefined;
    case "decline":
      return offer && view.answer(offer.offer_id, "decline", { reason: "busy" });
    case "ready":
      return void (desk.agent?.presence === "ready" ? view.give("not_ready", { reason: "break" }) : view.give("ready"));
    case "help":
      return turn({ isHelpOpen: true });
    case "layout":
      return turn({ isSideBySide: !page.isSideBySide });
    case "dismiss":
      return turn({ ending: null, verifying: null, seeking: null, isLeftShown: false });
    case "left":
      return turn({ isLeftShown: !page.isLeftShown });
    default:
      return meant.startsWith("contact-") ? turnTo(view, ordered(desk)[Number(meant.slice(-1)) - 1]) : current && onContact(view, current, meant);
  }
}

export function turnTo({ line, turn }: View, card: Card | undefined): void {
  if (!card) return;
  line.select(card.contact_id);
  turn({ isLeftShown: false });
}

function onContact(view: View, card: Card, meant: Shortcut): void {
  if (meant.startsWith("copy-")) return copyFact(view, card, Number(meant.slice(5)));
  const allowed: ReadonlySet<string> = commands(view.desk, card);
  if (!allowed.has(meant)) return;
  if (meant === "write" || meant === "note") return view.write(card.contact_id, meant === "note");
  if (meant === "knowledge") return view.turn({ seeking: card.contact_id });
  if (meant === "end") {
    // Once asks, twice ends: a letter alone must not cut somebody off.
    if (view.page.ending !== card.contact_id) return view.turn({ ending: card.contact_id });
    return end(view, card);
  }
  if (meant === "pass-on") return view.turn({ passing: card.contact_id, verifying: null, ending: null });
  if (meant === "verify") return askForProof(view, card);
  if (meant === "hold") return hold(view, card);
  if (meant === "mute") return mute(view, card);
}

/** Refused words once more. */
export function sayAgain(view: View, card: Card, said: Pending): void {
  view.line.sayAgain(card.contact_id, said).catch((error: unknown) => view.refused(error));
}

/** Somebody else's contact goes on without this agent. */
export function leave(view: View, card: Card): void {
  void view.give("leave", { contact_id: card.contact_id });
}

export function end(view: View, card: Card): void {
  void view.give("end", { contact_id: card.contact_id }).then(() => view.turn({ ending: null }));
}

/** Where there is one method only it needn't be chosen. */
export function askForProof(view: View, card: Card, method?: string): void {
  const [first, ...others] = view.desk.verificationMethods;
  const asked = method ?? (others.length === 0 ? first : undefined);
  if (asked === undefined) return view.turn({ verifying: card.contact_id });
  void view.give("request_verification", { contact_id: card.contact_id, method: asked });
  view.turn({ verifying: null });
}

/**
 * The service says whether the caller is on hold and the agent muted, once the telephone company has confirmed it. The
 * telephone in the console is mute at once, and stays so until it is told otherwise.
 */
export function hold(view: View, card: Card): void {
  void view.give(card.call?.on_hold ? "resume" : "hold", { contact_id: card.contact_id });
}

export function mute(view: View, card: Card): void {
  const isMuted = !card.call?.muted;
  if (isMuted) view.softphone.mute(true);
  void view.give("mute", { contact_id: card.contact_id, muted: isMuted }).then((isDone) => {
    if (isDone === !isMuted) view.softphone.mute(false);
  });
}

export function copyFact(view: View, card: Card, n: number): void {
  const fact = factsOf(view, card)[n - 1];
  if (!fact) return;
  const text = view.say("fact.copied", { label: fact.label });
  void navigator.clipboard.writeText(fact.value).then(
    () => view.turn({ copied: { key: `${card.contact_id}:${fact.id}`, text } }),
    () => undefined,
  );
}

/** The canned texts that are on offer under this contact's box. */
export function cannedOnOffer(view: View, card: Card): ReturnType<typeof matching> {
  const { canned } = view.page;
  return canned?.contactId === card.contact_id ? matching(view.desk.cannedTexts, canned.typed) : [];
}

/** Puts the nth of them into the box, with the names filled in. */
export function useCanned(view: View, card: Card, field: HTMLTextAreaElement, n: number): void {
  const canned = cannedOnOffer(view, card)[n];
  if (!canned) return;
  write(view, card, field, filled(canned.text, { customer: card.customer?.name ?? null, agent: view.desk.agent?.name ?? "" }));
  view.turn({ canned: null });
  field.focus();
}

/** Puts words into a box, and remembers them as half written. */
export function write(view: View, card: Card, field: HTMLTextAreaElement, text: string): void {
  field.value = text;
  if (text === "") view.drafts.delete(draftOf(card, field.name));
  else view.drafts.set(draftOf(card, field.name), text);
}

/** What half-written words are remembered under: whose box it is, and which one. */
export function draftOf(card: Card, box: string): string {
  return `${card.contact_id}/${box}`;
}
