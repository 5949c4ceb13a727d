import { correctionOf, linesOf, titleOf, wordsIn } from "../messages/message.ts";
import type { CaseNews, Notice } from "../messages/notice.ts";
import { reportText, reportTitle, type Report } from "../messages/report-message.ts";

export const escapeHtml = (text: string) =>
  text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");

export function noticeText(notice: Notice, at: number): string {
  const { language } = notice;
  return [
    titleOf(notice, language),
    "",
    ...(notice.about === "correction" ? [correctionOf(notice, language), ""] : []),
    ...linesOf(notice, language, at).map(([label, value]) => `${label}: ${value}`),
    "",
    `${wordsIn(language).openCase}: ${notice.caseUrl}`,
    "",
  ].join("\n");
}

/** The colour of the urgency. The title says the same in words, for people who do not see the colour. */
const accents = { calm: "#0b5cab", urgent: "#b75d00", late: "#ba0517", corrected: "#2e844a" };
function accentOf(news: CaseNews): string {
  if (news.about === "correction") return accents.corrected;
  if (news.remaining <= 0) return accents.late;
  return news.remaining < 0.3 * (news.dueAt - news.startedAt) ? accents.urgent : accents.calm;
}

/** We use tables and inline styles, because all mail programs show them the same way. */
const page = (language: string, accent: string, preview: string, inside: string) => `<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><meta name="color-scheme" content="light"><title>${escapeHtml(preview)}</title></head>
<body style="margin:0;background:#f3f3f3;font-family:-apple-system,'Segoe UI',Roboto,Arial,sans-serif;color:#181818">
<div style="display:none;max-height:0;overflow:hidden">${escapeHtml(preview)}</div>
<table role="presentation" width="100%" cellpadding="0" cellspacing="0"><tr><td align="center" style="padding:24px 12px">
<table role="presentation" width="100%" cellpadding="0" cellspacing="0" style="max-width:560px;background:#ffffff;border-radius:8px;border-top:4px solid ${accent}">
<tr><td style="padding:24px 28px">
${inside}
</td></tr></table>
</td></tr></table>
</body></html>`;

export function noticeHtml(notice: Notice, at: number): string {
  const { language } = notice;
  const w = wordsIn(language);
  const accent = accentOf(notice);
  const rows = linesOf(notice, language, at)
    .map(
      ([label, value]) =>
        `<tr><td style="padding:6px 16px 6px 0;color:#5c5c5c;font-size:14px;white-space:nowrap;vertical-align:top">${escapeHtml(label)}</td><td style="padding:6px 0;font-size:14px;vertical-align:top">${escapeHtml(value)}</td></tr>`,
    )
    .join("\n");
  const headline =
    notice.about === "correction"
      ? `${w.correction}: ${notice.stepLabel[language]} ${w.held}`
      : notice.stepLabel[language];
  const correction =
    notice.about === "correction"
      ? `<p style="margin:0 0 16px;font-size:15px">${escapeHtml(correctionOf(notice, language))}</p>`
      : "";
  return page(
    language,
    accent,
    titleOf(notice, language),
    `<p style="margin:0 0 4px;font-size:13px;color:#5c5c5c">${escapeHtml(notice.client)} · ${escapeHtml(notice.priority)} ${escapeHtml(notice.priorityLabel[language])}</p>
<h1 style="margin:0 0 16px;font-size:20px;line-height:1.3;color:${accent}">${escapeHtml(headline)}</h1>
${correction}<table role="presentation" cellpadding="0" cellspacing="0" style="margin:0 0 20px">
${rows}
</table>
<a href="${escapeHtml(notice.caseUrl)}" style="display:inline-block;padding:10px 20px;background:#0176d3;color:#ffffff;font-size:14px;text-decoration:none;border-radius:4px">${escapeHtml(w.openCase)}</a>`,
  );
}

export const reportHtml = (report: Report): string =>
  page(
    report.language,
    accents.urgent,
    reportTitle(report),
    `<h1 style="margin:0 0 12px;font-size:18px">${escapeHtml(reportTitle(report))}</h1><p style="margin:0;font-size:14px;line-height:1.5">${escapeHtml(reportText(report))}</p>`,
  );
