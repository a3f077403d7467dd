/// The two sides of the game (SPEC §6.1, §6.2), as pure players: from a state to a move.
///
/// Entry types: [dev.verdict.bisection.play.SolverPlayer] answers from its trace;
/// [dev.verdict.bisection.play.ChallengerPlayer] points at the first difference from its own;
/// [dev.verdict.bisection.play.Match] lets two players play without a chain. Players keep nothing that the game's state
/// and its reveals don't say again, so one that was restarted plays on. Thread-safety: a player serves one thread at a
/// time.
@NullMarked
package dev.verdict.bisection.play;

import org.jspecify.annotations.NullMarked;
