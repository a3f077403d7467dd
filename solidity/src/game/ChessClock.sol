// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice The clock of SPEC §6.4, one for each side, running while that side is to move.
/// @dev Seconds. Clocks are at most 2^40 and so is the time, hence sums stay in 64 bits.
library ChessClock {
    /// @notice The last second in which the mover may move. The next one is the first in which its timeout may be
    /// claimed: at every instant exactly one of the two is valid.
    function lastInstant(uint64 movedAt, uint64 clock) internal pure returns (uint64) {
        return movedAt + clock;
    }

    /// @notice What the mover has left after a move made in time.
    function afterMove(uint64 movedAt, uint64 clock, uint64 time, uint64 extension)
        internal
        pure
        returns (uint64 left)
    {
        left = clock - (time - movedAt);
        // INVARIANT: a move leaves its mover at least the extension.
        if (left < extension) left = extension;
    }
}
