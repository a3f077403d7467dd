// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Proof, ProofReader } from "../../src/commitment/ProofReader.sol";
import { Execution, Executions } from "../../src/program/Execution.sol";
import { Node, Nodes } from "../../src/program/Node.sol";

/// @notice The interpreter of bodies without commitments: operands are given, in the order in which the body's LOADs
/// and GATHERs want them. Those outside their tensor want none.
contract BodyHarness {
    error LoadsLeft(uint256 supplied, uint256 given);

    /// @param node encoding of SPEC §3.2.1
    /// @param outIndex output indices
    /// @param redIndex reduction indices
    /// @param step the step number t
    /// @param acc acc[k] as a register: f32 bits, or an i64 sign-extended to 256 bits
    /// @param loads element bits, zero-extended, or an i64 in two's complement of 64 bits
    /// @return register the body's last register, before it is stored
    function run(
        bytes calldata node,
        uint64[] memory outIndex,
        uint64[] memory redIndex,
        uint64 step,
        uint256 acc,
        uint256[] memory loads
    ) external view returns (uint256 register) {
        Proof memory proof = ProofReader.over(node);
        Node memory decoded = Nodes.read(proof);
        proof.requireEnd();

        uint64[] memory indices = new uint64[](outIndex.length + redIndex.length);
        for (uint256 d = 0; d < outIndex.length; d++) {
            indices[d] = outIndex[d];
        }
        for (uint256 d = 0; d < redIndex.length; d++) {
            indices[outIndex.length + d] = redIndex[d];
        }

        Execution memory execution = Executions.atIndices(decoded, indices, step, acc);
        uint256 supplied = 0;
        while (execution.wantsOperand()) execution.supply(loads[supplied++]);
        if (supplied != loads.length) revert LoadsLeft(supplied, loads.length);
        return execution.result();
    }

    function decode(bytes calldata node) external view returns (Node memory decoded) {
        Proof memory proof = ProofReader.over(node);
        decoded = Nodes.read(proof);
        proof.requireEnd();
    }
}
