package dev.verdict.repops.conformance;

import com.sun.management.HotSpotDiagnosticMXBean;
import dev.verdict.repops.DType;
import dev.verdict.repops.Shape;
import dev.verdict.repops.Tensor;
import java.lang.management.ManagementFactory;
import java.util.List;

/// A small thing about the machine's arithmetic that everything else rests on, looked at before any result counts and
/// again after each native library is loaded: one that was built with -ffast-math leaves flush-to-zero behind in the
/// thread that loads it.
///
/// @param remedy what to do about it; empty where nothing is wrong
public record Canary(String name, State state, String remedy) {
  /// How it is.
  public enum State {
    RIGHT,
    /// Right bits, late.
    SLOW,
    WRONG
  }

  private static final String FLUSHED = "a native library switched flush-to-zero on in this thread: run without it, or"
      + " report which one it is";
  private static final String BROKEN = "this Java runtime or processor doesn't compute IEEE 754 binary32: use another";

  /// Read at run time, so that no compiler computes with them.
  private static volatile int minNormal = 0x00800000;
  private static volatile int minSubnormal = 0x00000001;
  private static volatile int one = 0x3f800000;
  private static volatile int three = 0x40400000;

  /// Looks now, in this thread.
  public static List<Canary> all() {
    float normal = Float.intBitsToFloat(minNormal);
    float subnormal = Float.intBitsToFloat(minSubnormal);
    float unit = Float.intBitsToFloat(one);
    float thrice = Float.intBitsToFloat(three);
    float tie = unit * 0x1p-24f;
    float root = unit + 0x1p-12f;
    return List.of(
        of("subnormal results are kept: 2^-126 · 0.5", normal * 0.5f, 0x00400000, FLUSHED),
        of("subnormal operands are kept: 2^-149 · 2", subnormal * 2f, 0x00000002, FLUSHED),
        of("to nearest: 1 / 3", unit / thrice, 0x3eaaaaab, BROKEN),
        of("ties to even: 1 + 2^-24", unit + tie, 0x3f800000, BROKEN),
        of("ties to even: (1 + 2^-23) + 2^-24", (unit + 0x1p-23f) + tie, 0x3f800002, BROKEN),
        of("fma is fused: (1 + 2^-12)^2 − (1 + 2^-11)", Math.fma(root, root, -(unit + 0x1p-11f)), 0x33800000, BROKEN),
        of("mul and add aren't fused: (1 + 2^-12)^2 − (1 + 2^-11)", root * root - (unit + 0x1p-11f), 0, BROKEN),
        new Canary("a stored NaN is 7fc00000", storesOneNan(unit) ? State.RIGHT : State.WRONG, BROKEN).trimmed(),
        hardwareFma());
  }

  private static Canary of(String name, float actual, int expectedBits, String remedy) {
    boolean right = Float.floatToRawIntBits(actual) == expectedBits;
    return new Canary(name, right ? State.RIGHT : State.WRONG, remedy).trimmed();
  }

  private Canary trimmed() {
    return state == State.RIGHT ? new Canary(name, state, "") : this;
  }

  private static boolean storesOneNan(float unit) {
    Tensor t = Tensor.zeros(DType.F32, Shape.of(1));
    boolean stored = true;
    for (float nan : new float[] {Float.intBitsToFloat(0xffc00001), (unit - unit) / (unit - unit)}) {
      t.setFloat(0, nan);
      stored &= Float.floatToRawIntBits(t.getFloat(0)) == Tensor.CANONICAL_NAN;
    }
    return stored;
  }

  /// Without it [Math#fma] is right, and computes with big decimals.
  private static Canary hardwareFma() {
    String name = "fma is an instruction of this processor";
    HotSpotDiagnosticMXBean vm = ManagementFactory.getPlatformMXBean(HotSpotDiagnosticMXBean.class);
    boolean used = vm == null || !"false".equals(vm.getVMOption("UseFMA").getValue());
    return new Canary(name, used ? State.RIGHT : State.SLOW,
        "products will take hundreds of times as long: use a processor with FMA (x86: Haswell or newer), and leave"
            + " -XX:-UseFMA out").trimmed();
  }
}
