/// A game written down, and played again by the rules.
///
/// Entry types: [dev.verdict.bisection.transcript.Transcript], a text of one line a move;
/// [dev.verdict.bisection.transcript.Replay], which believes none of it. Thread-safety: everything is immutable.
@NullMarked
package dev.verdict.bisection.transcript;

import org.jspecify.annotations.NullMarked;
