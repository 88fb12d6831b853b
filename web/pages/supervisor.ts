import { html, LitElement } from "lit";
import { dressPage } from "../shared/page";

dressPage();

class Supervisor extends LitElement {
  protected override render() {
    return html`<h1>Supervisor</h1>`;
  }
}
customElements.define("holdfast-supervisor", Supervisor);
