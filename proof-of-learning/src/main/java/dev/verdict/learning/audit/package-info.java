/// Audits: which intervals a verifier replays, and what it finds (SPEC §5.2).
///
/// Entry types: [dev.verdict.learning.audit.AuditPlan], [dev.verdict.learning.audit.Auditor]. Invariant: the plan is a
/// function of public values. Thread-safety: one auditor, one thread.
@NullMarked
package dev.verdict.learning.audit;

import org.jspecify.annotations.NullMarked;
