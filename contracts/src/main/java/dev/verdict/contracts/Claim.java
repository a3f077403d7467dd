package dev.verdict.contracts;

import dev.verdict.bisection.game.Account;
import dev.verdict.repops.commit.Digest;

/// A claim as the registry keeps it (SPEC §5.1).
///
/// @param checkpoints C
/// @param lastState S_T, the last leaf of C
/// @param windowEnd the last second in which a game may be opened
/// @param winner challenger of the earliest-opened game that the solver has lost; the zero address where there is none
/// @param winningGame that game; 0 where there is none
/// @param winnerGas gas that the winner spent on it
public record Claim(
    Digest jobId,
    Digest checkpoints,
    Digest lastState,
    Account solver,
    long windowEnd,
    long openGames,
    ClaimStatus status,
    Account winner,
    long winningGame,
    long winnerGas) {}
