/// The dispute game as pure rules (SPEC §6): no chain, no I/O, no clock of its own.
///
/// Entry types: [dev.verdict.bisection.game.GameRules] applies a [dev.verdict.bisection.game.Move] to a
/// [dev.verdict.bisection.game.GameState] and says how it came out, as the contract does.
/// Invariants: a state's encoding is the contract's, word for word; whatever the bytes of a move, the rules answer with a
/// value and never throw. Thread-safety: everything is immutable.
@NullMarked
package dev.verdict.bisection.game;

import org.jspecify.annotations.NullMarked;
