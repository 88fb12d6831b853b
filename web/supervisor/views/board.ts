import { html, type TemplateResult } from "lit";
import type { SayConsole } from "../../console/view";
import type { View } from "../view";
import { alarms } from "./alarms";
import { besides } from "./beside";
import { served } from "./contacts";
import { lines } from "./lines";
import { people } from "./people";
import { waiting } from "./waiting";

/** The board: what is wrong, the lines, those who are being served, those who wait, and the agents. */
export function board(view: View, sayConsole: SayConsole): TemplateResult {
  return html`${alarms(view)}${lines(view)}${besides(view, sayConsole)}${served(view)}${waiting(view)}${people(view)}`;
}
