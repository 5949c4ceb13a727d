/** List views and page layouts, as the REST API and the UI API both read them. */
export { pathOfColumn } from "./columns.ts";
export { quoted, readFilters, soqlOf } from "./filters.ts";
export { columnsOf } from "./listViews.ts";
export { isRequired, pageLayout, type LayoutItem } from "./layouts.ts";
