import { speakAsWanted } from "../shared/language";
import { dressPage } from "../shared/page";
import { Survey } from "./survey-element";

dressPage();
speakAsWanted();
customElements.define("holdfast-survey", Survey);
