import { html, LitElement } from "lit";
class HoldfastWidget extends LitElement { override render() { return html`<p>Holdfast</p>`; } }
if (!customElements.get("holdfast-widget")) customElements.define("holdfast-widget", HoldfastWidget);
