/**
 * The functions of formulas with the types of their arguments and results.
 *
 * - n number, t text, b true or false, x anything, l a text literal
 * - d date, z date/time, m time of day
 * - p picklist, q multi-select picklist, g location
 * - `?` an optional argument, `...` a repeated one
 * - a number as the result: the result has the type of that argument
 */
const signatures = `
ABS(n):n ACOS(n):n ADDMONTHS(dz,n):1 AND(b...):b ASCII(t):n ASIN(n):n ATAN(n):n ATAN2(n,n):n BEGINS(t,t):b BLANKVALUE(xp,x):1 BR():t
CASESAFEID(t):t CEILING(n):n CHR(n):t CONTAINS(t,t):b COS(n):n CURRENCYRATE(t):n DATE(n,n,n):d DATETIMEVALUE(tdz):z
DATEVALUE(tz):d DAY(d):n DAYOFYEAR(d):n DISTANCE(g,g,t):n EXP(n):n FIND(t,t,n?):n FLOOR(n):n FORMATDURATION(nmz,bmz?):t
FROMUNIXTIME(n):z GEOLOCATION(n,n):g GETSESSIONID():t HOUR(m):n HTMLENCODE(t):t HYPERLINK(t,t,t?):t IF(b,x,x):2
IMAGE(t,t,n?,n?):t INCLUDES(q,l):b INITCAP(t):t ISBLANK(xpq):b ISCHANGED(xpq):b ISCLONE():b ISNEW():b ISNULL(xpq):b ISNUMBER(t):b
ISOWEEK(d):n ISOYEAR(d):n ISPICKVAL(p,l):b JSENCODE(t):t JSINHTMLENCODE(t):t LEFT(t,n):t LEN(t):n LN(n):n LOG(n):n
LOWER(t,t?):t LPAD(t,n,t?):t MAX(n...):n MCEILING(n):n MFLOOR(n):n MID(t,n,n):t MILLISECOND(m):n MIN(n...):n MINUTE(m):n
MOD(n,n):n MONTH(d):n NOT(b):b NOW():z NULLVALUE(xp,x):1 OR(b...):b PI():n PICKLISTCOUNT(q):n PRIORVALUE(xpq):1 REGEX(t,t):b
REVERSE(t):t RIGHT(t,n):t ROUND(n,n):n RPAD(t,n,t?):t SECOND(m):n SIN(n):n SQRT(n):n SUBSTITUTE(t,t,t):t TAN(n):n
TEXT(ndzmp):t TIMENOW():m TIMEVALUE(tzm):m TODAY():d TRIM(t):t TRUNC(n,n?):n UNIXTIMESTAMP(dzm):n UPPER(t,t?):t
URLENCODE(t):t VALUE(t):n VLOOKUP(x,x,t):x WEEKDAY(d):n WEEKNUM(d):n YEAR(d):n
`;

export interface Signature {
  name: string;
  params: { accepts: string; optional: boolean; repeated: boolean }[];
  result: string;
}

export const functions = new Map<string, Signature>(
  [...signatures.matchAll(/(\w+)\(([^)]*)\):(\w)/g)].map(([, name = "", params = "", result = "x"]) => [
    name,
    {
      name,
      params: params
        .split(",")
        .filter((param) => param !== "")
        .map((param) => ({
          accepts: param.replace(/[?.]/g, ""),
          optional: param.includes("?"),
          repeated: param.includes("..."),
        })),
      result,
    },
  ]),
);

/** They look at the change being saved, so a formula field cannot use them. */
export const onSaveOnly = new Set(["ISCHANGED", "ISNEW", "ISCLONE", "PRIORVALUE", "REGEX", "VLOOKUP"]);
/** Known to Salesforce, but for report summaries, buttons or the like. */
export const elsewhere = new Set([
  "PARENTGROUPVAL",
  "PREVGROUPVAL",
  "LINKTO",
  "URLFOR",
  "REQUIRESCRIPT",
  "PREDICT",
  "JUNCTIONIDLIST",
  "IMAGEPROXYURL",
  "ISCLOSED",
]);
