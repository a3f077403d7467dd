// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { MerkleTree } from "../../src/commitment/MerkleTree.sol";
import { Proof, ProofReader } from "../../src/commitment/ProofReader.sol";
import { StateCommitment } from "../../src/commitment/StateCommitment.sol";
import { Subtree } from "../../src/commitment/Subtree.sol";
import { TensorCommitment } from "../../src/commitment/TensorCommitment.sol";
import { VectorCommitment } from "../../src/commitment/VectorCommitment.sol";

/// @notice The commitment libraries behind external functions, so that proofs lie in calldata and reverts can be
/// caught. Every function wants the proof read to its end.
contract CommitmentHarness {
    function treeRoot(bytes32 leaf, uint256 index, uint256 length, bytes calldata path)
        external
        view
        returns (bytes32 root)
    {
        Proof memory proof = ProofReader.over(path);
        root = MerkleTree.rootFromPath(proof, leaf, index, length);
        proof.requireEnd();
    }

    function treeRootGas(bytes32 leaf, uint256 index, uint256 length, bytes calldata path)
        external
        view
        returns (uint256 used)
    {
        Proof memory proof = ProofReader.over(path);
        used = gasleft();
        MerkleTree.rootFromPath(proof, leaf, index, length);
        used -= gasleft();
    }

    function leafHashGas(bytes calldata chunk) external view returns (uint256 inAssembly, uint256 plain) {
        uint256 start = gasleft();
        bytes32 a = TensorCommitment.leafHash(chunk);
        inAssembly = start - gasleft();
        start = gasleft();
        bytes32 b = sha256(abi.encodePacked(uint8(0), chunk));
        plain = start - gasleft();
        require(a == b);
    }

    function openVector(uint64 index, uint64 length, bytes calldata opening)
        external
        view
        returns (bytes32 leaf, bytes32 root)
    {
        Proof memory proof = ProofReader.over(opening);
        (leaf, root) = VectorCommitment.open(proof, index, length);
        proof.requireEnd();
    }

    function openTensor(uint64 element, bytes calldata opening)
        external
        view
        returns (uint8 dtype, uint64 numel, uint256 bits, bytes32 root)
    {
        Proof memory proof = ProofReader.over(opening);
        (dtype, numel, bits, root) = TensorCommitment.open(proof, element);
        proof.requireEnd();
    }

    function stateRoot(uint64 step, bytes32 slotsRoot) external pure returns (bytes32) {
        return StateCommitment.root(step, slotsRoot);
    }

    function subtreeHash(uint256 leaves, bytes calldata descendants) external pure returns (bytes32 hash) {
        Proof memory proof = ProofReader.over(descendants);
        hash = Subtree.hashFromDescendants(proof, leaves);
        proof.requireEnd();
    }

    function descendantCount(uint256 leaves) external pure returns (uint256) {
        return Subtree.descendantCount(leaves);
    }

    function leavesUnder(uint256 leaves, uint256 entry) external pure returns (uint256) {
        return Subtree.leavesUnder(leaves, entry);
    }

    function split(uint256 length) external pure returns (uint256) {
        return MerkleTree.split(length);
    }

    function readFields(bytes calldata data)
        external
        pure
        returns (uint8 a, uint16 b, uint32 c, uint64 d, int64 e, bytes32 f, bytes memory g)
    {
        Proof memory proof = ProofReader.over(data);
        a = proof.readU8();
        b = proof.readU16();
        c = proof.readU32();
        d = proof.readU64();
        e = proof.readI64();
        f = proof.readBytes32();
        g = proof.readSlice(3);
        proof.requireEnd();
    }
}
