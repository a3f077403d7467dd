/// What a person sees: results, tables, progress, amounts, exit codes.
///
/// Entry types: [dev.verdict.cli.console.Output], [dev.verdict.cli.console.Progress]. Thread-safety: one thread.
@NullMarked
package dev.verdict.cli.console;

import org.jspecify.annotations.NullMarked;
