import { formatDuration, formatInstant } from "c/slaSentences";
import { monthIn } from "../../messages/budget-message.ts";
import type { ClientMonth } from "../../reports/client-month.ts";
import { monthOf } from "../../reports/months.ts";
import type { MttaRow } from "../../reports/mtta.ts";
import { html } from "./html.ts";
import { shell } from "./pages.ts";
import type { Language, Words } from "./words.ts";
import { zoneOrUtc } from "../../zones/zones.ts";

const span = (minutes: number | null) =>
  minutes === null ? "—" : formatDuration(Math.round(minutes) * 60_000);
const percent = (share: number | null, language: Language) =>
  share === null
    ? "—"
    : new Intl.NumberFormat(language === "es" ? "es-AR" : "en", {
        style: "percent",
        maximumFractionDigits: 1,
      }).format(share);

/** The month in a sentence on the mean and one on the cases in time: a mean within the target hides who waited. */
function headline(
  measured: MttaRow["figures"] | undefined,
  running: boolean,
  language: Language,
  w: Words,
): { words: string; tone: "good" | "mixed" | "bad" | "none" } {
  if (measured === undefined || measured.count === 0) return { words: w.plainNone, tone: "none" };
  const { budgetMinutes, shareWithinTarget, count } = measured;
  const kept = budgetMinutes >= 0;
  const share = shareWithinTarget ?? 0;
  const mean = running ? (kept ? w.plainKeptSoFar : w.plainLostSoFar) : kept ? w.plainKept : w.plainLost;
  const inTime =
    share === 1
      ? w.plainAllInTime
      : w.plainInTime
          .replace("{0}", String(Math.round(share * count)))
          .replace("{1}", String(count))
          .replace("{2}", percent(share, language));
  return { words: `${mean} ${inTime}`, tone: !kept ? "bad" : share === 1 ? "good" : "mixed" };
}

/** The report of a client's month, ready to print. */
export function reportPage(
  { asOf: now, client, timeZone: zone, all, rows, late, lateCount }: ClientMonth,
  month: string,
  language: Language,
  w: Words,
): string {
  const law = zoneOrUtc(zone);
  const when = monthIn(month, language);
  const measured = all?.figures;
  const running = monthOf(zone, now) <= month;
  const { words: verdict, tone } = headline(measured, running, language, w);
  const cells = ({ figures: f, resolution }: MttaRow) => html`
    <td>${f.count}</td>
    <td>${span(f.meanMinutes)}</td>
    <td>${span(f.targetMinutes)}</td>
    <td>${span(f.medianMinutes)}</td>
    <td>${span(f.p90Minutes)}</td>
    <td>${percent(f.shareWithinTarget, language)}</td>
    <td>${f.waiting}</td>
    <td>${span(resolution.meanMinutes)}</td>
  `;
  const other = language === "es" ? "en" : "es";
  return shell(
    language,
    `${w.reportTitle} · ${client} · ${when}`,
    html`<script type="module" src="/assets/report.js"></script>`,
    html`<main class="paper">
      <p class="paper-actions">
        <a href="/#mtta">${w.back}</a>
        <a href="?lang=${other}" lang="${other}">${w.language}</a>
        <button class="button brand" type="button" id="print" hidden>${w.print}</button>
      </p>
      <header>
        <p class="quiet">${w.reportTitle}</p>
        <h1>${client}</h1>
        <p class="paper-month">${when}</p>
        <p>${w.reportIntro.replace("{0}", when)}</p>
      </header>
      <p class="verdict ${tone}">${verdict}</p>
      <dl class="figures">
        <div>
          <dt>${w.mean}</dt>
          <dd>${span(measured?.meanMinutes ?? null)}</dd>
        </div>
        <div>
          <dt>${w.target}</dt>
          <dd>${span(measured?.targetMinutes ?? null)}</dd>
        </div>
        <div>
          <dt>${w.within}</dt>
          <dd>${percent(measured?.shareWithinTarget ?? null, language)}</dd>
        </div>
        <div>
          <dt>${w.count}</dt>
          <dd>${measured?.count ?? 0}</dd>
        </div>
      </dl>
      <div class="scroll" role="region" aria-label="${w.priority}" tabindex="0">
        <table>
          <caption class="hidden">
            ${w.reportTitle}
          </caption>
          <thead>
            <tr>
              <th scope="col">${w.plan} · ${w.priority}</th>
              <th scope="col">${w.count}</th>
              <th scope="col">${w.mean}</th>
              <th scope="col">${w.target}</th>
              <th scope="col">${w.median}</th>
              <th scope="col">${w.p90}</th>
              <th scope="col">${w.within}</th>
              <th scope="col">${w.waiting}</th>
              <th scope="col">${w.resolve}</th>
            </tr>
          </thead>
          <tbody>
            ${rows.map(
              (row) =>
                html`<tr>
                  <th scope="row">${row.by.plan} · ${row.by.priority}</th>
                  ${cells(row)}
                </tr>`,
            )}
            ${
              all === null
                ? ""
                : html`<tr class="total">
                    <th scope="row">${w.total}</th>
                    ${cells(all)}
                  </tr>`
            }
          </tbody>
        </table>
      </div>
      <h2>${w.late}</h2>
      ${
        late.length === 0
          ? html`<p>${w.noLate}</p>`
          : html`<div class="scroll" role="region" aria-label="${w.late}" tabindex="0">
                <table>
                  <thead>
                    <tr>
                      <th scope="col">${w.case}</th>
                      <th scope="col">${w.subject}</th>
                      <th scope="col">${w.priority}</th>
                      <th scope="col">${w.opened}</th>
                      <th scope="col">${w.took}</th>
                      <th scope="col">${w.target}</th>
                    </tr>
                  </thead>
                  <tbody>
                    ${late.map(
                      (one) =>
                        html`<tr>
                          <th scope="row">${one.caseNumber ?? one.caseId}</th>
                          <td>${one.subject ?? "—"}</td>
                          <td>${one.priority}</td>
                          <td>${formatInstant(one.startedAt, law, language)}</td>
                          <td>${span(one.elapsed === null ? null : one.elapsed / 60_000)}</td>
                          <td>${span(one.target === null ? null : one.target / 60_000)}</td>
                        </tr>`,
                    )}
                  </tbody>
                </table>
              </div>
              ${lateCount === late.length ? "" : html`<p>${w.lateMore.replace("{0}", String(lateCount))}</p>`}`
      }
      <footer>
        <p>${w.explanation}</p>
        <p>
          ${w.asOf.replace("{0}", `${formatInstant(Math.floor(now / 60_000) * 60_000, law, language, true)} (${law.place[language]})`)}
        </p>
      </footer>
    </main>`,
  );
}
