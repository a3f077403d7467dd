package dev.verdict.bisection.trace;

import dev.verdict.repops.commit.VectorCommitment;

/// The commitments of one step (SPEC §6.1, level 2).
///
/// @param step t
/// @param trace R_t: the tensor root of each node's output
/// @param slotsBefore the tensor roots of S_t's slots
/// @param slotsAfter the tensor roots of S_{t+1}'s slots
public record StepTrace(
    long step, VectorCommitment trace, VectorCommitment slotsBefore, VectorCommitment slotsAfter) {}
