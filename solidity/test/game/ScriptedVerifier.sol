// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Finding, IOneStepVerifier } from "../../src/interfaces/IOneStepVerifier.sol";

/// @notice A verifier that says what a test told it to: the game's own tests need no arithmetic.
contract ScriptedVerifier is IOneStepVerifier {
    error OpeningDoesNotHold();

    uint64 public numel = 1 << 20;
    uint64 public foldLength = 1000;
    uint8 public dtype;
    bytes32 public foldRoot = keccak256("fold");
    Finding public finding;
    bytes32 public result;
    bytes32 public claimed;
    bool public broken;

    function setFold(uint64 numel_, uint64 foldLength_, uint8 dtype_, bytes32 foldRoot_) external {
        (numel, foldLength, dtype, foldRoot) = (numel_, foldLength_, dtype_, foldRoot_);
    }

    function setFinding(Finding finding_, bytes32 result_, bytes32 claimed_) external {
        (finding, result, claimed) = (finding_, result_, claimed_);
    }

    function setBroken(bool broken_) external {
        broken = broken_;
    }

    function openFold(bytes32, uint32, uint32, bytes calldata)
        external
        view
        returns (uint64, uint64, uint8, bytes32)
    {
        if (broken) revert OpeningDoesNotHold();
        return (numel, foldLength, dtype, foldRoot);
    }

    function adjudicate(bytes calldata, bytes calldata) external view returns (Finding, bytes32, bytes32) {
        if (broken) revert OpeningDoesNotHold();
        return (finding, result, claimed);
    }
}
