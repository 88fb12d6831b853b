import { html, LitElement } from "lit";
import { dressPage } from "../shared/page";

dressPage();

class Phone extends LitElement {
  protected override render() {
    return html`<h1>Phone</h1>`;
  }
}
customElements.define("holdfast-phone", Phone);
