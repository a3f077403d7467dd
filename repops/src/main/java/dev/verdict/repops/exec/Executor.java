package dev.verdict.repops.exec;

import dev.verdict.repops.ir.Program;

/// Turns programs into something that runs.
public interface Executor {
  /// Prepares a valid program; see [dev.verdict.repops.ir.ProgramValidator].
  CompiledProgram compile(Program program);
}
