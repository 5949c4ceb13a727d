import { createRequire } from "node:module";
import type { Language } from "c/slaSentences";
import { formatInstant } from "c/slaSentences";
import type { Column, Content, TableCell, TDocumentDefinitions } from "pdfmake/interfaces.js";
import { zoneOrUtc } from "../../zones/zones.ts";
import type { MonthReport, MonthRow, Provider } from "./report.ts";
import { trendSvg } from "./trend.ts";
import {
  asOfLine,
  headline,
  meanKept,
  monthTitle,
  monthWords,
  reasonText,
  span,
  subtitle,
  type MonthWords,
} from "./words.ts";

const ink = "#181818";
const quiet = "#5c5c5c";
const good = "#2e844a";
const bad = "#ba0517";
const line = "#c9c9c9";

/**
 * Renders the report as an A4 PDF. It takes some 100 ms of the processor, so call it on the reports' thread.
 */
export async function monthPdf(
  report: MonthReport,
  { provider, language }: { provider: Provider | null; language: Language },
): Promise<Uint8Array> {
  // we load the library for the first report, because most services never make one
  const { default: pdfmake } = await import("pdfmake");
  pdfmake.setFonts(createRequire(import.meta.url)("pdfmake/fonts/Roboto.js") as Record<string, object>);
  // the report needs no file and no address besides its fonts
  pdfmake.setUrlAccessPolicy(() => false);
  pdfmake.setLocalAccessPolicy((path: string) => path.endsWith(".ttf"));
  const render = (by: Provider | null) => pdfmake.createPdf(definitionOf(report, by, language)).getBuffer();
  try {
    return await render(provider);
  } catch (error) {
    // a picture that the library cannot read must cost the logo, not the report
    if (provider?.logo === undefined) throw error;
    return render({ name: provider.name });
  }
}

function definitionOf(
  report: MonthReport,
  provider: Provider | null,
  language: Language,
): TDocumentDefinitions {
  const w = monthWords(language);
  const title = `${w.title} · ${monthTitle(report.month, language)}`;
  const verdict = headline(report, language);
  return {
    pageSize: "A4",
    pageMargins: [54, 54, 54, 60],
    language: language === "es" ? "es-AR" : "en",
    displayTitle: true,
    info: {
      title: `${title} · ${report.client}`,
      author: provider?.name ?? "Compromiso",
      // the same report is the same file
      creationDate: new Date(report.asOf),
    },
    defaultStyle: { font: "Roboto", fontSize: 9, color: ink, lineHeight: 1.15 },
    footer: (page, pages) => ({
      columns: [
        { text: asOfLine(report, language), width: "*" },
        { text: w.page(page, pages), width: "auto", alignment: "right" },
      ],
      margin: [54, 12, 54, 0],
      fontSize: 8,
      color: quiet,
    }),
    content: [
      {
        columns: [
          ...(provider?.logo === undefined
            ? []
            : [
                {
                  stack: [{ image: provider.logo, fit: [90, 26] } satisfies Content],
                  width: "auto",
                  margin: [0, 0, 10, 0],
                } satisfies Column,
              ]),
          { text: provider?.name ?? "", bold: true, width: "*", margin: [0, 4, 0, 0] },
          { text: title, alignment: "right", color: quiet, width: "auto", margin: [0, 4, 0, 0] },
        ],
        margin: [0, 0, 0, 18],
      },
      { text: report.client, fontSize: 22, bold: true, headlineLevel: 1, outline: true },
      { text: subtitle(report, language), color: quiet, margin: [0, 2, 0, 12] },
      { text: verdict.words, fontSize: 11, bold: true, margin: [0, 0, 0, 10] },
      cards(report, w),
      heading(w.trend),
      { svg: trendSvg(report, language), width: 487 },
      { text: w.trendHint, color: quiet, fontSize: 8 },
      ...figuresTable(w.priorities, w.priority, report.priorities, report.all, language),
      ...figuresTable(w.categories, w.category, report.categories, null, language),
      ...figuresTable(w.channels, w.channel, report.channels, null, language),
      ...lateTable(report, language, w),
      { text: w.explanation, color: quiet, fontSize: 8, margin: [0, 18, 0, 0] },
    ],
  };
}

const heading = (text: string): Content => ({
  text,
  fontSize: 12,
  bold: true,
  margin: [0, 16, 0, 6],
  // readers of a PDF go from heading to heading by its bookmarks
  outline: true,
});

function cards({ all, worst, lateCount }: MonthReport, w: MonthWords): Content {
  const kept = meanKept(all);
  const whole = all?.count ?? 0;
  const card = (title: string, value: string, note: string, colour: string): TableCell => ({
    stack: [
      { text: title, color: quiet },
      { text: value, fontSize: 17, bold: true, margin: [0, 3, 0, 2] },
      { text: note, color: colour },
    ],
    margin: [8, 6, 6, 6],
  });
  const colours = [
    kept === null ? line : kept ? good : bad,
    whole === 0 ? line : lateCount === 0 ? good : bad,
    line,
  ];
  return {
    table: {
      widths: ["*", "*", "*"],
      body: [
        [
          card(
            w.meanOfMonth,
            span(all?.meanMinutes ?? null),
            kept === null
              ? w.noCases
              : `${w.promised(span(all?.targetMinutes ?? null))}: ${kept ? w.kept : w.lost}`,
            kept === false ? bad : kept ? good : quiet,
          ),
          card(
            w.inTimeTitle,
            whole === 0 ? "—" : w.of(all?.inTime ?? 0, whole),
            whole === 0 ? w.noCases : lateCount === 0 ? w.allInTime : w.lateBelow(lateCount),
            whole === 0 ? quiet : lateCount === 0 ? good : bad,
          ),
          card(
            w.worst,
            span(worst?.minutes ?? null),
            worst?.caseNumber ? w.caseNumber(worst.caseNumber) : "",
            quiet,
          ),
        ],
      ],
    },
    layout: {
      hLineColor: () => line,
      vLineColor: (at) => colours[at] ?? line,
      vLineWidth: (at) => (at < 3 ? 3 : 0.5),
      hLineWidth: () => 0.5,
    },
  };
}

/** The heading is the table's first header row, because a heading of its own can stay behind on the page before. */
const titled = (title: string, columns: number): TableCell[] => [
  { text: title, fontSize: 12, bold: true, colSpan: columns, margin: [-4, 0, 0, 0] },
  ...Array.from({ length: columns - 1 }, () => ""),
];
const tableMargin: [number, number, number, number] = [0, 12, 0, 0];
const tableLayout = {
  hLineWidth: (at: number) => (at < 2 ? 0 : 0.5),
  vLineWidth: () => 0,
  hLineColor: () => line,
  paddingTop: () => 4,
  paddingBottom: () => 4,
};
const head = (text: string, alignment: "left" | "right" = "left"): TableCell => ({
  text,
  bold: true,
  color: quiet,
  fontSize: 8,
  alignment,
});
const right = (text: string): TableCell => ({ text, alignment: "right", noWrap: true });

function figuresTable(
  title: string,
  of: string,
  rows: readonly MonthRow[],
  all: MonthRow | null,
  language: Language,
): Content[] {
  const w = monthWords(language);
  if (rows.length === 0) return [];
  const cells = (row: MonthRow, name: string): TableCell[] => [
    name,
    right(String(row.count)),
    right(span(row.meanMinutes)),
    right(span(row.targetMinutes)),
    right(row.count === 0 ? "—" : String(row.inTime)),
    right(span(row.p90Minutes)),
    right(String(row.waiting)),
  ];
  return [
    {
      margin: tableMargin,
      table: {
        headerRows: 2,
        dontBreakRows: true,
        keepWithHeaderRows: 1,
        widths: ["*", "auto", "auto", "auto", "auto", "auto", "auto"],
        body: [
          titled(title, 7),
          [
            head(of),
            ...[w.count, w.mean, w.target, w.inTime, w.p90, w.waiting].map((text) => head(text, "right")),
          ],
          ...rows.map((row) => cells(row, row.name[language])),
          ...(all === null || rows.length < 2 ? [] : [cells(all, w.total).map(strong)]),
        ],
      },
      layout: tableLayout,
    },
  ];
}
const strong = (cell: TableCell): TableCell =>
  typeof cell === "string"
    ? { text: cell, bold: true }
    : ({ ...(cell as { text: string }), bold: true } as TableCell);

function lateTable(report: MonthReport, language: Language, w: MonthWords): Content[] {
  const { late, lateCount, timeZone } = report;
  if (late.length === 0) return [{ stack: [heading(w.late), { text: w.noLate }], unbreakable: true }];
  return [
    {
      margin: tableMargin,
      table: {
        headerRows: 2,
        dontBreakRows: true,
        keepWithHeaderRows: 1,
        widths: ["auto", "*", "auto", "auto", "auto", "*"],
        body: [
          titled(w.late, 6),
          [
            head(w.case),
            head(w.subject),
            head(w.opened),
            head(w.took, "right"),
            head(w.target, "right"),
            head(w.reason),
          ],
          ...late.map((one): TableCell[] => [
            one.caseNumber ?? one.caseId,
            `${one.priority} · ${one.subject ?? "—"}`,
            {
              text: formatInstant(Math.floor(one.startedAt / 60_000) * 60_000, zoneOrUtc(timeZone), language),
              noWrap: true,
            },
            right(span(one.minutes)),
            right(span(one.targetMinutes)),
            reasonText(one.reasons, timeZone, language),
          ]),
        ],
      },
      layout: tableLayout,
    },
    ...(lateCount === late.length ? [] : [{ text: w.lateMore(lateCount), color: quiet }]),
  ];
}
