import { html, LitElement, nothing, type TemplateResult } from "lit";
import type { Say } from "../shared/catalogue";
import { controls } from "../shared/controls";
import { save } from "../shared/files";
import * as icons from "../shared/icons";
import { ask, refusalIn, Refused } from "../shared/request";
import "./chart-element";
import { asReport, type Counted, csv, curves, type Figure, figuresOf, type GroupName, groupsOf, kindOf, type Report, type Row, valueOf, written } from "./figures";
import { PRESETS, preset, type Range, reportAddress } from "./range";
import { reportStyles } from "./styles/reports";
import type { SupervisorWords } from "./words/en";

const BY = ["queue", "hour", "day", "agent"] as const;
const TILES: readonly Figure[] = ["entered", "served", "service_level", "asa_seconds", "abandonment_rate", "aht_seconds", "coverage", "csat"];

/** Reports over any range: tiles for the whole, a chart over time, the table, and all of it as a file. */
export class Reports extends LitElement {
  static override styles = [controls, reportStyles];
  static override properties = { say: { attribute: false }, locale: {}, queues: { attribute: false } };

  declare say: Say<SupervisorWords>;
  declare locale: string;
  declare queues: ReadonlyMap<string, string>;
  #range: (typeof PRESETS)[number] | Range = "today";
  #by: (typeof BY)[number] = "queue";
  #group: GroupName = "volume";
  #drawn: Figure = "entered";
  #report: Report | null = null;
  #trouble: string | null = null;
  /** The column whose formula is told above the table. */
  #explained: Figure | null = null;
  #asked = 0;

  override connectedCallback(): void {
    super.connectedCallback();
    void this.#look();
  }

  protected override render(): TemplateResult {
    const { say } = this;
    const report = this.#report;
    return html`<section aria-label=${say("reports")}>
      ${this.#choice()}
      <div role="status">${this.#trouble === null ? nothing : html`<p class="notice bad" data-testid="report-trouble">${icons.warning(18)}${this.#trouble}</p>`}</div>
      ${report === null ? html`<p class="quiet" aria-busy="true">${say("report.asking")}</p>` : this.#told(report)}
    </section>`;
  }

  #choice(): TemplateResult {
    const { say } = this;
    const own = (event: SubmitEvent): void => {
      event.preventDefault();
      const form = new FormData(event.target as HTMLFormElement);
      const [from, to] = [new Date(form.get("from") as string), new Date(form.get("to") as string)];
      if (!Number.isNaN(from.getTime()) && !Number.isNaN(to.getTime())) this.#turn(() => (this.#range = { from, to }));
    };
    return html`<div class="choice">
      <div class="chips" role="group" aria-label=${say("range")}>${PRESETS.map(
        (name) => html`<button class="chip" data-testid="range-${name}" aria-pressed=${String(this.#range === name)}
          @click=${() => this.#turn(() => (this.#range = name))}>${say(`range.${name}`)}</button>`,
      )}</div>
      <form class="own" @submit=${own}>
        <label><span>${say("from")}</span><input class="input num" type="datetime-local" name="from" required data-testid="range-from" /></label>
        <label><span>${say("to")}</span><input class="input num" type="datetime-local" name="to" required data-testid="range-to" /></label>
        <button class="button small" data-testid="range-own">${say("show")}</button>
      </form>
      <div class="chips" role="group" aria-label=${say("by")}><span class="quiet">${say("by")}</span>${BY.map(
        (by) => html`<button class="chip" data-testid="by-${by}" aria-pressed=${String(this.#by === by)}
          @click=${() => this.#turn(() => (this.#by = by))}>${say(`by.${by}`)}</button>`,
      )}</div>
      <span class="gap"></span>
      <button class="button small" data-testid="csv" ?disabled=${this.#report === null}
        @click=${() => this.#export()}>${icons.download(16)}${say("csv")}</button>
      <button class="button small" @click=${() => print()}>${say("print")}</button>
    </div>`;
  }

  #told(report: Report): TemplateResult {
    const { say } = this;
    return html`<dl class="tiles" data-testid="tiles">${TILES.map(
      (figure) => html`<div><dt>${this.#name(figure, "tile")}</dt>
        <dd class="num" data-testid="tile-${figure}">${this.#written(report.total, figure)}</dd></div>`,
    )}</dl>
    ${report.rows.length === 0 ? html`<p class="quiet none" data-testid="report-none">${say("report.none")}</p>` : html`${this.#chart(report)}${this.#table(report)}`}`;
  }

  #chart(report: Report): TemplateResult | typeof nothing {
    if (report.by !== "hour" && report.by !== "day") return nothing;
    const { say, locale } = this;
    const { at, lines } = curves(report, this.#drawn);
    const series = [...lines].map(([queue, values]) => ({ name: this.queues.get(queue) ?? queue, values }));
    const time = new Intl.DateTimeFormat(locale, { dateStyle: "medium", timeStyle: "short" });
    const tick = new Intl.DateTimeFormat(
      locale,
      report.by === "day" ? { day: "numeric", month: "short" } : { weekday: "short", hour: "2-digit", minute: "2-digit" },
    );
    const [from, to] = [time.format(new Date(report.from)), time.format(new Date(report.to))];
    return html`<div class="chart">
      <label><span class="quiet">${say("chart.figure")}</span><select class="input" data-testid="drawn"
        @change=${(event: Event) => this.#draw((event.target as HTMLSelectElement).value as Figure)}>
        ${groupsOf(report.by).map((group) => html`<optgroup label=${say(`group.${group}`)}>${figuresOf(group).map((figure) => html`<option value=${figure} ?selected=${figure === this.#drawn}>${say(figure)}</option>`)}</optgroup>`)}
      </select></label>
      <hf-chart .at=${at} .atName=${say("range")} .span=${[Date.parse(report.from) / 1000, Date.parse(report.to) / 1000]} .series=${series} .write=${(value: number | null) => written(value, kindOf(this.#drawn), locale)}
        .writeAt=${(seconds: number) => tick.format(seconds * 1000)}
        .description=${say("chart", { figure: say(this.#drawn), from, to })}></hf-chart>
    </div>`;
  }

  #table(report: Report): TemplateResult {
    const { say } = this;
    const groups = groupsOf(report.by);
    const group = groups.includes(this.#group) ? this.#group : (groups[0] ?? "work");
    const figures = figuresOf(group);
    const isTimed = report.by === "hour" || report.by === "day";
    return html`<div class="chips" role="group" aria-label=${say("group")}>${groups.map(
      (name) => html`<button class="chip" data-testid="group-${name}" aria-pressed=${String(name === group)}
        @click=${() => {
          this.#group = name;
          this.requestUpdate();
        }}>${say(`group.${name}`)}</button>`,
    )}</div>
    <p class="quiet explained" data-testid="formula">${this.#explained === null ? say("formula.hint") : html`<b>${say(this.#explained)}</b>: ${say(`formula.${this.#explained}`)}`}</p>
    <div class="scroll" tabindex="0" role="region" aria-label=${say(`group.${group}`)}><table class="num" data-testid="report">
      <thead><tr>${isTimed ? html`<th scope="col">${say("range")}</th>` : nothing}<th scope="col" class="who">${say(report.by === "agent" ? "by.agent" : "by.queue")}</th>
        ${figures.map((figure) => html`<th scope="col">${this.#name(figure, "column")}</th>`)}</tr></thead>
      <tbody>${report.rows.map((row) => this.#row(row, figures, isTimed))}</tbody>
      ${report.by === "agent" ? nothing : html`<tfoot><tr>${isTimed ? html`<td></td>` : nothing}<th scope="row">${say("total")}</th>${figures.map((figure) => html`<td>${this.#written(report.total, figure)}</td>`)}</tr></tfoot>`}
    </table></div>`;
  }

  #row(row: Row, figures: readonly Figure[], isTimed: boolean): TemplateResult {
    const at = new Intl.DateTimeFormat(this.locale, {
      day: "numeric",
      month: "short",
      ...(this.#by === "hour" ? { hour: "numeric", minute: "2-digit" } : {}),
    });
    const who = row.queue === undefined ? (row.agent?.name ?? "–") : (this.queues.get(row.queue) ?? row.queue);
    return html`<tr data-testid="report-row">${isTimed ? html`<td>${at.format(new Date(row.at))}</td>` : nothing}
      <th scope="row"><bdi>${who}</bdi></th>${figures.map((figure) => html`<td data-figure=${figure}>${this.#written(row, figure)}</td>`)}</tr>`;
  }

  /** A figure's name, with its formula for whoever points at it or focuses it. */
  #name(figure: Figure, where: string): TemplateResult {
    const id = `${where}-${figure}`;
    const explain = (): void => {
      if (where !== "column" || this.#explained === figure) return;
      this.#explained = figure;
      this.requestUpdate();
    };
    return html`<span class="figure" tabindex="0" aria-describedby=${id} data-testid="name-${figure}" @mouseenter=${explain}
      @focus=${explain}>${this.say(figure)}<span class=${where === "column" ? "unseen" : "tip"} role="tooltip"
      id=${id}>${this.say(`formula.${figure}`)}</span></span>`;
  }

  #written(row: Counted, figure: Figure): string {
    return written(valueOf(row, figure), kindOf(figure), this.locale);
  }

  #export(): void {
    if (!this.#report) return;
    const day = this.#report.from.slice(0, 10);
    save(`holdfast-${this.#report.by}-${day}.csv`, `\uFEFF${csv(this.#report, this.queues)}`, "text/csv");
  }

  #draw(figure: Figure): void {
    this.#drawn = figure;
    this.requestUpdate();
  }

  #turn(change: () => unknown): void {
    change();
    void this.#look();
  }

  /** Only the answer to what was asked last is shown. */
  async #look(): Promise<void> {
    const asked = (this.#asked += 1);
    this.requestUpdate();
    const range = typeof this.#range === "string" ? preset(this.#range, new Date()) : this.#range;
    try {
      const report = asReport(await ask(reportAddress(range, this.#by)));
      if (asked !== this.#asked) return;
      [this.#report, this.#trouble] = [report ?? this.#report, null];
    } catch (error) {
      if (asked !== this.#asked) return;
      this.#trouble = error instanceof Refused ? this.say("refused", { ...refusalIn(error) }) : this.say("report.trouble");
    }
    this.requestUpdate();
  }
}

if (!customElements.get("hf-reports")) customElements.define("hf-reports", Reports);
