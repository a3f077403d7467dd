// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The intervals between the checkpoints of a claim (SPEC §5.1, §6.1): interval i, from 1, goes from leaf
/// i − 1 to leaf i of C, from step a = (i − 1)·c to step b = min(i·c, T).
/// @dev Steps and c are at most 2^32 (the registry checks it), so no product here leaves 64 bits.
library Interval {
    /// @notice n = ⌈T/c⌉; C has one leaf more.
    function count(uint64 steps, uint64 checkpointInterval) internal pure returns (uint64) {
        return (steps + checkpointInterval - 1) / checkpointInterval;
    }

    /// @notice Steps a and b, where interval i begins and ends.
    function bounds(uint64 interval, uint64 steps, uint64 checkpointInterval)
        internal
        pure
        returns (uint64 first, uint64 last)
    {
        first = (interval - 1) * checkpointInterval;
        last = first + checkpointInterval;
        if (last > steps) last = steps;
    }
}
