import { speakAsWanted } from "../shared/language";
import { dressPage } from "../shared/page";
import { SettingsPage } from "../settings/settings";

dressPage();
speakAsWanted();
customElements.define("holdfast-settings", SettingsPage);
