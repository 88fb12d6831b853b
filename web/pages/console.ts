import { html, LitElement } from "lit";
import { dressPage } from "../shared/page";

dressPage();

class Console extends LitElement {
  protected override render() {
    return html`<h1>Console</h1>`;
  }
}
customElements.define("holdfast-console", Console);
