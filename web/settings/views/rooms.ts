import type { TemplateResult } from "lit";
import type { Room, View } from "../view";
import { alarmsRoom } from "./alarms";
import { changesRoom } from "./changes";
import { hoursRoom } from "./hours";
import { peopleRoom } from "./people";
import { headStartsRoom, namesRoom, queuesRoom, timingRoom } from "./rules";
import { knowledgeRoom, noticesRoom, textsRoom } from "./words";

/** How each room is drawn. */
export const DRAWN: Readonly<Record<Room, (view: View) => TemplateResult>> = {
  hours: hoursRoom,
  notices: noticesRoom,
  canned_texts: textsRoom,
  knowledge: knowledgeRoom,
  people: peopleRoom,
  alarms: alarmsRoom,
  queues: queuesRoom,
  head_starts: headStartsRoom,
  timing: timingRoom,
  names: namesRoom,
  changes: changesRoom,
};
