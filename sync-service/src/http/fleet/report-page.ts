import { formatInstant } from "c/slaSentences";
import type { MonthReport, MonthRow, Provider } from "../../messages/month/report.ts";
import { trendInWords, trendSvg } from "../../messages/month/trend.ts";
import {
  asOfLine,
  headline,
  meanKept,
  monthTitle,
  monthWords,
  reasonText,
  span,
  subtitle,
} from "../../messages/month/words.ts";
import { zoneOrUtc } from "../../zones/zones.ts";
import { Html, html } from "./html.ts";
import { shell } from "./pages.ts";
import { wordsIn, type Language } from "./words.ts";

export interface ReportPageOptions {
  /** The client's short name, for the address of the PDF. */
  orgId: string;
  provider: Provider | null;
  language: Language;
}

/** The report of a client's month, ready to print. */
export function reportPage(report: MonthReport, { orgId, provider, language }: ReportPageOptions): string {
  const { client, timeZone, all, month, worst, late, lateCount } = report;
  const page = wordsIn(language);
  const w = monthWords(language);
  const law = zoneOrUtc(timeZone);
  const { words: verdict, tone } = headline(report, language);
  const other = language === "es" ? "en" : "es";
  const kept = meanKept(all);
  const count = all?.count ?? 0;
  return shell(
    language,
    `${w.title} · ${client} · ${monthTitle(month, language)}`,
    html`<script type="module" src="/assets/report.js"></script>`,
    html`<main class="paper">
      <p class="paper-actions">
        <a href="/#mtta">${page.back}</a>
        <a href="?lang=${other}" lang="${other}">${page.language}</a>
        <a class="button" href="/reports/${encodeURIComponent(orgId)}/${month}.pdf?lang=${language}">PDF</a>
        <button class="button brand" type="button" id="print" hidden>${page.print}</button>
      </p>
      <header>
        <p class="letterhead">
          <span class="provider"
            >${
              provider?.logo === undefined ? "" : html`<img src="${provider.logo}" alt="" />`
            }${provider?.name ?? ""}</span
          >
          <span class="quiet">${w.title} · ${monthTitle(month, language)}</span>
        </p>
        <h1>${client}</h1>
        <p class="quiet">${subtitle(report, language)}</p>
      </header>
      <p class="verdict ${tone}">${verdict}</p>
      <dl class="figures">
        <div class="${kept === null ? "" : kept ? "good" : "bad"}">
          <dt>${w.meanOfMonth}</dt>
          <dd>${span(all?.meanMinutes ?? null)}</dd>
          <dd class="note">
            ${kept === null ? w.noCases : `${w.promised(span(all?.targetMinutes ?? null))}: ${kept ? w.kept : w.lost}`}
          </dd>
        </div>
        <div class="${count === 0 ? "" : lateCount === 0 ? "good" : "bad"}">
          <dt>${w.inTimeTitle}</dt>
          <dd>${count === 0 ? "—" : w.of(all?.inTime ?? 0, count)}</dd>
          <dd class="note">
            ${count === 0 ? w.noCases : lateCount === 0 ? w.allInTime : w.lateBelow(lateCount)}
          </dd>
        </div>
        <div>
          <dt>${w.worst}</dt>
          <dd>${span(worst?.minutes ?? null)}</dd>
          <dd class="note">${worst?.caseNumber ? w.caseNumber(worst.caseNumber) : ""}</dd>
        </div>
      </dl>
      <h2>${w.trend}</h2>
      <figure class="trend">
        <div aria-hidden="true">${new Html(trendSvg(report, language))}</div>
        <ul class="hidden">
          ${trendInWords(report, language).map((sentence) => html`<li>${sentence}</li>`)}
        </ul>
        <figcaption class="quiet">${w.trendHint}</figcaption>
      </figure>
      ${figuresTable(w.priorities, w.priority, report.priorities, all, language)}
      ${figuresTable(w.categories, w.category, report.categories, null, language)}
      ${figuresTable(w.channels, w.channel, report.channels, null, language)}
      <h2>${w.late}</h2>
      ${
        late.length === 0
          ? html`<p>${w.noLate}</p>`
          : html`<div class="scroll" role="region" aria-label="${w.late}" tabindex="0">
                <table class="late stack">
                  <thead>
                    <tr>
                      <th scope="col">${w.case}</th>
                      <th scope="col">${w.subject}</th>
                      <th scope="col">${w.opened}</th>
                      <th scope="col" class="number">${w.took}</th>
                      <th scope="col" class="number">${w.target}</th>
                      <th scope="col">${w.reason}</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${late.map(
                      (one) =>
                        html`<tr>
                          <th scope="row">${one.caseNumber ?? one.caseId}</th>
                          <td class="words" data-label="${w.subject}">
                            ${one.priority} · ${one.subject ?? "—"}
                          </td>
                          <td data-label="${w.opened}">
                            ${formatInstant(Math.floor(one.startedAt / 60_000) * 60_000, law, language)}
                          </td>
                          <td class="number" data-label="${w.took}">${span(one.minutes)}</td>
                          <td class="number" data-label="${w.target}">${span(one.targetMinutes)}</td>
                          <td class="words" data-label="${w.reason}">
                            ${reasonText(one.reasons, timeZone, language)}
                          </td>
                        </tr>`,
                    )}
                  </tbody>
                </table>
              </div>
              ${lateCount === late.length ? "" : html`<p>${w.lateMore(lateCount)}</p>`}`
      }
      <footer>
        <p>${w.explanation}</p>
        <p>${asOfLine(report, language)}</p>
      </footer>
    </main>`,
  );
}

function figuresTable(
  title: string,
  of: string,
  rows: readonly MonthRow[],
  all: MonthRow | null,
  language: Language,
): Html | string {
  if (rows.length === 0) return "";
  const w = monthWords(language);
  const columns: [name: string, cell: (row: MonthRow) => string | number][] = [
    [w.count, (one) => one.count],
    [w.mean, (one) => span(one.meanMinutes)],
    [w.target, (one) => span(one.targetMinutes)],
    [w.inTime, (one) => (one.count === 0 ? "—" : one.inTime)],
    [w.median, (one) => span(one.medianMinutes)],
    [w.p90, (one) => span(one.p90Minutes)],
    [w.waiting, (one) => one.waiting],
    [w.resolve, (one) => span(one.resolveMeanMinutes)],
  ];
  const row = (one: MonthRow, name: string, total: boolean) =>
    html`<tr ${total ? new Html('class="total"') : ""}>
      <th scope="row">${name}</th>
      ${columns.map(([label, cell]) => html`<td class="number" data-label="${label}">${cell(one)}</td>`)}
    </tr>`;
  return html`<h2>${title}</h2>
    <div class="scroll" role="region" aria-label="${title}" tabindex="0">
      <table class="stack">
        <thead>
          <tr>
            <th scope="col">${of}</th>
            ${columns.map(([name]) => html`<th scope="col" class="number">${name}</th>`)}
          </tr>
        </thead>
        <tbody>
          ${rows.map((one) => row(one, one.name[language], false))}
          ${all === null || rows.length < 2 ? "" : row(all, w.total, true)}
        </tbody>
      </table>
    </div>`;
}
