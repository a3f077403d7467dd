// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { GameStateCodec } from "../../src/game/GameStateCodec.sol";
import { GameState } from "../../src/types/GameState.sol";
import { TestBase } from "../TestBase.sol";

/// @notice The codec in assembly against the compiler's.
contract GameStateCodecTest is TestBase {
    function inAssembly(bytes calldata state) external view returns (uint256 used, bytes memory encoded) {
        uint256 start = gasleft();
        encoded = GameStateCodec.encode(GameStateCodec.decode(state));
        used = start - gasleft();
    }

    function plain(bytes calldata state) external view returns (uint256 used, bytes memory encoded) {
        uint256 start = gasleft();
        encoded = abi.encode(abi.decode(state, (GameState)));
        used = start - gasleft();
    }

    /// Words of any value that their fields can have; enums are drawn from their members.
    function testFuzz_encodeOfDecode_isTheCompilers(bytes32 seed) public view {
        GameState memory state;
        bytes memory encoded = abi.encode(state);
        assertEq(encoded.length, GameStateCodec.LENGTH_BYTES, "32 words");
        bytes memory bits = hex"4040a0a0ffff404004404040ff4040ffffffff20202040ff40084002ff404040";
        for (uint256 w = 0; w < 32; w++) {
            uint256 word = uint256(keccak256(abi.encode(seed, w)));
            // 0xff stands for 256 bits.
            if (bits[w] != 0xff) word &= (1 << uint8(bits[w])) - 1;
            // Phases 0 … 10; two bits of a kind are one of the first four.
            if (w == 8) word %= 11;
            assembly ("memory-safe") {
                mstore(add(add(encoded, 0x20), mul(w, 0x20)), word)
            }
        }
        assertEq(abi.encode(abi.decode(encoded, (GameState))), encoded, "words that the compiler takes");
        (, bytes memory again) = this.inAssembly(encoded);
        assertEq(again, encoded, "the same");
    }

    function test_codec_isCheaperInAssembly() public {
        GameState memory state;
        bytes memory encoded = abi.encode(state);
        (uint256 ours,) = this.inAssembly(encoded);
        (uint256 compilers,) = this.plain(encoded);
        vm.snapshotValue("Game", "state codec", ours);
        vm.snapshotValue("Game", "state codec, plain Solidity", compilers);
        assertLt(ours, compilers, "assembly pays");
    }
}
