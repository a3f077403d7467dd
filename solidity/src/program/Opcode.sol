// SPDX-License-Identifier: Apache-2.0
pragma solidity 0.8.37;

/// @title The instruction codes of SPEC §3.1.1
library Opcode {
    uint8 internal constant LOAD = 0x00;
    uint8 internal constant GATHER = 0x01;
    uint8 internal constant ACC = 0x02;
    uint8 internal constant CONST_F = 0x03;
    uint8 internal constant CONST_I = 0x04;
    uint8 internal constant INDEX = 0x05;
    uint8 internal constant STEP = 0x06;

    uint8 internal constant ADD = 0x10;
    uint8 internal constant SUB = 0x11;
    uint8 internal constant MUL = 0x12;
    uint8 internal constant DIV = 0x13;
    uint8 internal constant FMA = 0x14;
    uint8 internal constant SQRT = 0x15;
    uint8 internal constant NEG = 0x16;
    uint8 internal constant ABS = 0x17;
    uint8 internal constant MIN = 0x18;
    uint8 internal constant MAX = 0x19;
    uint8 internal constant EXP = 0x1a;
    uint8 internal constant LOG = 0x1b;
    uint8 internal constant TANH = 0x1c;
    uint8 internal constant ERF = 0x1d;
    uint8 internal constant SIN = 0x1e;
    uint8 internal constant COS = 0x1f;

    uint8 internal constant FLT = 0x20;
    uint8 internal constant FLE = 0x21;
    uint8 internal constant FEQ = 0x22;
    uint8 internal constant ILT = 0x23;
    uint8 internal constant ILE = 0x24;
    uint8 internal constant IEQ = 0x25;
    uint8 internal constant SELECT = 0x26;

    uint8 internal constant IADD = 0x30;
    uint8 internal constant ISUB = 0x31;
    uint8 internal constant IMUL = 0x32;
    uint8 internal constant IDIV = 0x33;
    uint8 internal constant IREM = 0x34;
    uint8 internal constant IAND = 0x35;
    uint8 internal constant IOR = 0x36;
    uint8 internal constant IXOR = 0x37;
    uint8 internal constant ISHL = 0x38;
    uint8 internal constant ISHR = 0x39;
    uint8 internal constant IUSHR = 0x3a;

    uint8 internal constant ITOF = 0x40;
    uint8 internal constant FTOI = 0x41;
    uint8 internal constant BITS_TO_F = 0x42;
    uint8 internal constant F_TO_BITS = 0x43;
}
