/** The imports of a module, where each stands, and the same module with other ones. */
import ts from "typescript";

/** Every specifier: static, dynamic with a literal, and `require`. */
export const importsOf = (code: string): string[] =>
  ts.preProcessFile(code, true, true).importedFiles.map(({ fileName }) => fileName);

/** The code with each specifier that `other` names replaced. */
export function withImports(code: string, other: (specifier: string) => string): string {
  let result = code;
  // from the end, so that the places before stay right
  for (const { fileName, pos } of ts.preProcessFile(code, true, true).importedFiles.reverse()) {
    const at = result.indexOf(fileName, pos);
    result = result.slice(0, at) + other(fileName) + result.slice(at + fileName.length);
  }
  return result;
}

/** `@scope/name` or `name`, without the path inside the package. */
export const packageOf = (specifier: string): string =>
  specifier
    .split("/")
    .slice(0, specifier.startsWith("@") ? 2 : 1)
    .join("/");
