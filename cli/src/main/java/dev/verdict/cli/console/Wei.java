package dev.verdict.cli.console;

import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/// Amounts as people write them: `1000000000 wei` without a unit, `0.5eth`, `30gwei`.
public final class Wei implements ITypeConverter<BigInteger> {
  private static final Pattern AMOUNT = Pattern.compile("([0-9]{1,60}(?:\\.[0-9]{1,18})?)\\s*(eth|gwei|wei)?");

  @Override
  public BigInteger convert(String text) {
    Matcher amount = AMOUNT.matcher(text.strip().toLowerCase(Locale.ROOT));
    if (!amount.matches()) {
      throw new TypeConversionException("'" + text + "' is no amount: write wei as digits, or 0.5eth, or 30gwei");
    }
    int places = switch (String.valueOf(amount.group(2))) {
      case "eth" -> 18;
      case "gwei" -> 9;
      default -> 0;
    };
    try {
      return new BigDecimal(amount.group(1)).movePointRight(places).toBigIntegerExact();
    } catch (ArithmeticException e) {
      throw new TypeConversionException("'" + text + "' is not a whole number of wei");
    }
  }

  /// In ether, as short as it can be said exactly.
  public static String inEther(BigInteger wei) {
    BigDecimal ether = new BigDecimal(wei).movePointLeft(18).stripTrailingZeros();
    return (ether.scale() < 0 ? ether.setScale(0) : ether).toPlainString() + " ETH";
  }
}
