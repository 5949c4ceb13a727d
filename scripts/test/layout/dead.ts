/** Finds unused files, unused exports and unused dependencies with knip. */
import { execFile } from "node:child_process";
import { join } from "node:path";

const knip = join(import.meta.dirname, "../../../node_modules/knip/bin/knip.js");

interface Named {
  name: string;
}
interface Issue {
  file: string;
  files?: Named[];
  exports?: Named[];
  types?: Named[];
  dependencies?: Named[];
  unresolved?: Named[];
}

export async function deadIn(root: string): Promise<string[]> {
  const out = await new Promise<string>((resolve, reject) => {
    const args = [
      knip,
      "--reporter",
      "json",
      "--no-progress",
      "--include",
      "files,exports,types,dependencies",
    ];
    execFile(process.execPath, args, { cwd: root, maxBuffer: 1 << 26 }, (error, stdout, stderr) => {
      // knip exits with 1 if it finds something
      if (stdout.trim() === "") reject(new Error(`knip said nothing but: ${stderr || String(error)}`));
      else resolve(stdout);
    });
  });
  return (JSON.parse(out) as { issues: Issue[] }).issues.flatMap((issue) => [
    ...(issue.files ?? []).map(
      () => `Nobody imports ${issue.file}. Delete it, or name it as an entry in knip.json.`,
    ),
    ...[...(issue.exports ?? []), ...(issue.types ?? [])].map(
      ({ name }) => `Nobody uses ${name}, which ${issue.file} exports. Delete it.`,
    ),
    ...(issue.dependencies ?? []).map(
      ({ name }) => `${issue.file} declares ${name}, and nothing there imports it. Remove it.`,
    ),
  ]);
}
