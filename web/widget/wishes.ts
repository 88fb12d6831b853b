/** What a caller wishes besides the talk: to be called, to wait here after all, to say how it was. */
import { isPlace, type Place } from "../shared/contact-wire";
import { type Refusal, refusalIn, Refused } from "../shared/request";
import type { Judgement } from "../survey/form";
import type { Door } from "./door";
import type { Holding } from "./keep";

/** Each wish resolves to null once it is granted, else to why not. */
export type Answer = Refusal | null;

export class Wishes {
  /** The number that was asked for last, so that changing the time doesn't mean typing it again. */
  number = "";

  constructor(
    private readonly door: Door,
    private readonly holding: Holding,
    private readonly onPlace: (place: Place) => void,
    private readonly onJudged: () => void,
    private readonly onPreferred: (isKept: boolean) => void,
  ) {}

  /** To be called when the turn comes, not before `notBefore` where one is given. */
  callBack(number: string, notBefore: string | null): Promise<Answer> {
    this.number = number;
    return this.#asked(async (id, token) => {
      const { place } = await this.door.callBack(id, token, number, notBefore);
      if (isPlace(place)) this.onPlace(place);
    });
  }

  /** To wait here again instead. */
  waitHere(): Promise<Answer> {
    return this.#asked(async (id, token) => {
      await this.door.takeCallbackBack(id, token);
      const { place } = await this.door.look(id, token);
      if (isPlace(place)) this.onPlace(place);
    });
  }

  /** Whether we may remember that this is how the customer would rather be reached. */
  async prefer(remember: boolean): Promise<Answer> {
    const answer = await this.#asked((id, token) => this.door.prefer(id, token, remember));
    if (answer === null) this.onPreferred(remember);
    return answer;
  }

  /** Says how it was. Having said it before is as good. */
  async judge(judgement: Judgement): Promise<Answer> {
    const answer = await this.#asked(async (id, token) => {
      try {
        await this.door.judge(id, token, judgement);
      } catch (error) {
        if (!(error instanceof Refused) || error.code !== "feedback_given") throw error;
      }
    });
    if (answer === null) this.onJudged();
    return answer;
  }

  async #asked(ask: (id: string, token: string) => Promise<void>): Promise<Answer> {
    try {
      await ask(this.holding.id, this.holding.token);
      return null;
    } catch (error) {
      return refusalIn(error);
    }
  }
}
