/// Programs: the one node type (SPEC §3.1), step programs (§3.2), their canonical encoding and validation.
///
/// Entry types: [dev.verdict.repops.ir.Program], [dev.verdict.repops.ir.Node], [dev.verdict.repops.ir.ProgramCodec],
/// [dev.verdict.repops.ir.ProgramValidator]. Records here hold what they are given, unchecked but for what would make
/// them meaningless; the validator says whether a program is one that anybody should run.
/// Thread-safety: everything is immutable.
@NullMarked
package dev.verdict.repops.ir;

import org.jspecify.annotations.NullMarked;
