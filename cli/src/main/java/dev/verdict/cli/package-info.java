/// The `verdict` command: one class a subcommand. The only module that prints or exits.
///
/// Entry type: [dev.verdict.cli.Main]. Standard output carries results alone (with `--json` one document and nothing
/// else); progress and errors go to standard error. Exit codes: 0 done, 1 a retry may help, 2 it won't, 3 a fault was
/// found in somebody's work.
@NullMarked
package dev.verdict.cli;

import org.jspecify.annotations.NullMarked;
