import { css, html, LitElement, type TemplateResult } from "lit";
import { SoftphoneElement } from "../console/softphone/softphone-element";
import { Softphone } from "../console/softphone/softphone";
import { consoleWords } from "../console/words/index";
import { Phone } from "../phone/phone";
import { controls } from "../shared/controls";
import { Words } from "../shared/words";
import { desk } from "./agent-samples";
import { asParts } from "./parts";
import type { PhoneSample, SoftphoneSample } from "./phone-samples";

if (!customElements.get("holdfast-phone")) customElements.define("holdfast-phone", Phone);
if (!customElements.get("hf-softphone")) customElements.define("hf-softphone", SoftphoneElement);

/** The telephone's page, or an agent's softphone, in one state, with no exchange behind it. */
export class PhoneSpecimen extends LitElement {
  static override styles = css`holdfast-phone { min-height: 0; }`;
  static override properties = { sample: { attribute: false } };
  declare sample: PhoneSample;

  protected override render(): TemplateResult {
    return html`<holdfast-phone .shown=${this.sample.state} .isCompact=${this.sample.isCompact === true}></holdfast-phone>`;
  }
}

/** The telephone in the console in one state, with no device behind it. */
export class SoftphoneSpecimen extends LitElement {
  static override styles = [controls];
  static override properties = { sample: { attribute: false } };
  declare sample: SoftphoneSample;
  readonly #words = new Words(this, consoleWords);
  readonly #softphone = new Softphone({ tell: () => undefined, isAwaited: () => false });

  protected override willUpdate(): void {
    this.#softphone.set(this.sample.softphone);
  }

  protected override render(): TemplateResult {
    const { say, locale } = this.#words;
    const agent = this.sample.desk?.agent ?? desk.agent;
    const { opened } = this.sample;
    return html`<hf-softphone .say=${say} .locale=${locale} .agent=${agent} .softphone=${this.#softphone} .choose=${() => undefined}
      .isPadOpen=${opened === "pad"} .isChoosing=${opened === "choices"}></hf-softphone>`;
  }

  protected override updated(): void {
    const phone = this.renderRoot.querySelector<SoftphoneElement>("hf-softphone");
    if (phone) void phone.updateComplete.then(() => asParts(phone.renderRoot));
  }
}

customElements.define("hf-phone-specimen", PhoneSpecimen);
customElements.define("hf-softphone-specimen", SoftphoneSpecimen);
