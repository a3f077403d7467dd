// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @notice How a loser's stake or bond is divided (SPEC §8).
/// @dev With gas at most a quarter and α at most a half, the winner gets at most 1/4 + 3/4 · 1/2 = 5/8: who plays
/// both sides loses three eighths or more.
library Settlement {
    /// α is at most this, in 1/10,000.
    uint256 internal constant MAX_REWARD_BPS = 5000;

    uint256 private constant ONE_BPS = 10_000;

    /// @notice The winner's part of `forfeitWei`: its gas, then a share of what is left; the rest is the pool's.
    /// @param forfeitWei what the loser forfeits
    /// @param gasWei what the winner's gas cost
    /// @param rewardBps α in 1/10,000
    function reward(uint256 forfeitWei, uint256 gasWei, uint256 rewardBps) internal pure returns (uint256) {
        uint256 most = forfeitWei / 4;
        // INVARIANT: never all to the winner, whatever gas it burns.
        if (gasWei > most) gasWei = most;
        return gasWei + (forfeitWei - gasWei) * rewardBps / ONE_BPS;
    }

    /// @notice Wei that `gasUsed` is repaid with: the base fee and a quarter, up to a cap.
    function gasCost(uint256 gasUsed, uint256 baseFeeWei, uint256 priceCapWei)
        internal
        pure
        returns (uint256)
    {
        uint256 price = baseFeeWei + baseFeeWei / 4;
        if (price > priceCapWei) price = priceCapWei;
        return gasUsed * price;
    }
}
