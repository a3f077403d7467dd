// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { GameState } from "../types/GameState.sol";

/// @notice A game's state between calldata, memory and its hash (SPEC §6.3).
/// @dev A `GameState` in memory is its ABI encoding: 32 members, one word each, in order. So decoding is one copy and
/// hashing needs none. Both ways cost 1,247 gas, by abi.decode and abi.encode 3,393
/// (GameStateCodecTest).
library GameStateCodec {
    uint256 internal constant LENGTH_BYTES = 1024;

    /// @notice Reads a state.
    /// @dev SAFETY: members are taken unchecked, so `state` must be an encoding that `encode` made: the caller compares
    /// its hash with the one it stored.
    function decode(bytes calldata state) internal pure returns (GameState memory decoded) {
        assembly ("memory-safe") {
            calldatacopy(decoded, state.offset, LENGTH_BYTES)
        }
    }

    /// @notice ABI encoding of a state.
    function encode(GameState memory state) internal pure returns (bytes memory encoded) {
        encoded = new bytes(LENGTH_BYTES);
        assembly ("memory-safe") {
            mcopy(add(encoded, 0x20), state, LENGTH_BYTES)
        }
    }
}
