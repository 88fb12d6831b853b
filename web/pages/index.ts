import { html, LitElement } from "lit";
import { dressPage } from "../shared/page";

dressPage();

class Home extends LitElement {
  protected override render() {
    return html`<h1>Home</h1>`;
  }
}
customElements.define("holdfast-home", Home);
