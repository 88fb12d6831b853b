import { HoldfastWidget } from "./element";

// A classic script knows where it came from only while it runs for the first time.
const script = document.currentScript as HTMLScriptElement | null;
HoldfastWidget.origin = script?.src ? new URL(script.src).origin : location.origin;
if (!customElements.get("holdfast-widget")) customElements.define("holdfast-widget", HoldfastWidget);
