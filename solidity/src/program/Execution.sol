// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

import { Elements } from "./Elements.sol";
import { IndexMap } from "./IndexMap.sol";
import { Instruction } from "./Instruction.sol";
import { Input, Node, Nodes } from "./Node.sol";
import { Opcode } from "./Opcode.sol";

using Executions for Execution global;

/// @notice A body while it runs, once: one step of a node's fold (SPEC §3.1).
struct Execution {
    Node node;
    /// Output indices, then reduction indices.
    uint64[] indices;
    /// The step number t.
    uint64 step;
    /// acc[k], as a register.
    uint256 accumulator;
    /// One for each instruction; those below `next` are written.
    uint256[] registers;
    /// The instruction to run next.
    uint256 next;
    /// The operand that instruction `next` waits for: an input, and an element inside its tensor.
    uint256 input;
    uint64 element;
}

/// @title The interpreter of bodies (SPEC §3.1.1)
/// @notice Runs until an operand is wanted, takes it and goes on, so that it knows nothing of proofs:
///
///     while (execution.wantsOperand()) execution.supply(…);
///     execution.result();
///
/// @dev Bodies are not type-checked here. Solver and verifier both refuse a program whose bodies mix f32 and i64
/// (SPEC §3.1.1), so no claim worth defending or attacking has one; and what such a body does here is bounded: it is
/// a straight line of at most 64 instructions, a register is read only after it was written, inputs and indices are
/// checked, float operations see 32 bits of a register and integer operations 64, whatever it holds.
library Executions {
    /// Instruction `instruction` reads a register that no earlier one has written.
    error RegisterNotWritten(uint256 instruction, uint256 register);
    error InputOutOfRange(uint256 instruction, uint256 input, uint256 count);
    error IndexOutOfRange(uint256 instruction, uint256 index, uint256 count);

    /// @notice The start of the body for output element `element` at fold position `position`.
    function start(Node memory node, uint64 element, uint64 position, uint64 step, uint256 accumulator)
        internal
        pure
        returns (Execution memory)
    {
        return atIndices(
            node, IndexMap.indicesOf(node.outShape, element, node.redShape, position), step, accumulator
        );
    }

    /// @notice The start of the body at given indices, output before reduction.
    function atIndices(Node memory node, uint64[] memory indices, uint64 step, uint256 accumulator)
        internal
        pure
        returns (Execution memory execution)
    {
        execution.node = node;
        execution.indices = indices;
        execution.step = step;
        execution.accumulator = accumulator;
        execution.registers = new uint256[](node.bodyLength);
    }

    /// @notice Runs up to the next operand. False where the body has ended.
    /// @dev A LOAD or GATHER outside the tensor gives +0 and wants nothing.
    function wantsOperand(Execution memory execution) internal pure returns (bool) {
        Node memory node = execution.node;
        uint256[] memory registers = execution.registers;
        uint256 length = node.bodyLength;
        for (uint256 i = execution.next; i < length; i++) {
            uint256 word = _instruction(node.bodyStart, i);
            uint8 opcode = uint8(word >> 56);
            if (opcode <= Opcode.GATHER) {
                if (_locate(execution, i, opcode, uint8(word >> 48), uint8(word >> 40))) return true;
                registers[i] = 0;
            } else {
                registers[i] = _evaluate(execution, i, opcode, word);
            }
        }
        execution.next = length;
        return false;
    }

    /// @notice Gives the operand that was wanted, as element bits of the input's dtype.
    function supply(Execution memory execution, uint256 bits) internal pure {
        uint8 dtype = execution.node.inputs[execution.input].dtype;
        execution.registers[execution.next++] = Elements.load(dtype, bits);
    }

    /// @notice The last register, once the body has ended.
    function result(Execution memory execution) internal pure returns (uint256) {
        return execution.registers[execution.next - 1];
    }

    /// Says which element LOAD or GATHER wants; false where it lies outside the tensor.
    function _locate(Execution memory execution, uint256 i, uint8 opcode, uint8 a, uint8 b)
        private
        pure
        returns (bool)
    {
        Input[] memory inputs = execution.node.inputs;
        // INVARIANT: an instruction names an input that the node has.
        if (a >= inputs.length) revert InputOutOfRange(i, a, inputs.length);
        Input memory input = inputs[a];
        int256 flat = opcode == Opcode.LOAD
            ? IndexMap.flatIndex(input.offset, input.strides, execution.indices)
            : int256(_register(execution, i, b));
        if (flat < 0 || flat >= int256(uint256(input.numel))) return false;

        execution.next = i;
        execution.input = a;
        execution.element = uint64(uint256(flat));
        return true;
    }

    function _evaluate(Execution memory execution, uint256 i, uint8 opcode, uint256 word)
        private
        pure
        returns (uint256)
    {
        if (opcode == Opcode.ACC) return execution.accumulator;
        if (opcode == Opcode.INDEX) return _index(execution, i, uint8(word >> 48));
        if (opcode == Opcode.STEP) return execution.step;
        int32 immediate = int32(uint32(word));
        if (opcode <= Opcode.STEP) return Instruction.constantOf(opcode, immediate);

        // Every other instruction works on registers. Fields that an instruction has no use for are 0, and register 0
        // is always there: instruction 0 can't be one of these, for it has nothing to read.
        return Instruction.evaluate(
            opcode,
            _register(execution, i, uint8(word >> 48)),
            _register(execution, i, uint8(word >> 40)),
            _register(execution, i, uint8(word >> 32))
        );
    }

    function _index(Execution memory execution, uint256 i, uint8 index) private pure returns (uint256) {
        uint64[] memory indices = execution.indices;
        // INVARIANT: an instruction names an index that the node has.
        if (index >= indices.length) revert IndexOutOfRange(i, index, indices.length);
        return indices[index];
    }

    function _register(Execution memory execution, uint256 i, uint8 register) private pure returns (uint256) {
        // INVARIANT: a register is read after it was written (SSA).
        if (register >= i) revert RegisterNotWritten(i, register);
        return execution.registers[register];
    }

    /// The 8 bytes of instruction i, right-aligned.
    function _instruction(uint256 bodyStart, uint256 i) private pure returns (uint256 word) {
        uint256 place = bodyStart + i * Nodes.INSTRUCTION_BYTES;
        assembly ("memory-safe") {
            word := shr(192, calldataload(place))
        }
    }
}
