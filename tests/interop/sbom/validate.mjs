// validate.mjs FILE: status 0 when FILE follows the published CycloneDX 1.6 schema, strictly.
import {readFileSync} from "node:fs";
import {Spec, Validation} from "@cyclonedx/cyclonedx-library";

const wrong = await new Validation.JsonStrictValidator(Spec.Version.v1dot6).validate(readFileSync(process.argv[2], "utf8"));
if (wrong !== null) {
  console.log(JSON.stringify(wrong));
  process.exit(1);
}
