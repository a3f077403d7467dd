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

    function testFuzz_encodeOfDecode_isTheCompilers(GameState memory state) public view {
        bytes memory encoded = abi.encode(state);
        assertEq(encoded.length, GameStateCodec.LENGTH_BYTES, "32 words");
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
