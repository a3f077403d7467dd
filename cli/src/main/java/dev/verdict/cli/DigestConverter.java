package dev.verdict.cli;

import dev.verdict.repops.commit.Digest;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// 32 bytes as `0x` and 64 hexadecimal digits.
final class DigestConverter implements ITypeConverter<Digest> {
  @Override
  public Digest convert(String text) {
    if (!text.matches("(0x)?[0-9a-fA-F]{64}")) {
      throw new TypeConversionException("'" + text + "' is no id: expected 0x and 64 hexadecimal digits");
    }
    return Digest.ofHex(text);
  }
}
