using System.Text;
using System.Text.Json;

namespace DpsPortal.Tests.Campaigns;

/// <summary>
/// Bodies that are wrong in one to three places. They are bytes throughout: text of .NET that is encoded cannot carry what JSON on the
/// wire can, half a surrogate pair as raw bytes least of all. Here a character of a literal is one byte (ISO 8859-1).
/// </summary>
internal sealed class MalformedBodies(Random random)
{
    private const int Deep = 10_000;

    private static readonly string[] Values =
    [
        // Text that is no Unicode, escaped and raw; and text that is.
        "\"\\ud800\"", "\"\\udfff\"", "\"a\\ud83d\"", "\"\\ud83d\\ud83d\"", "\"\\udd11\\ud83d\"", "\"\\uD800\\u0041\"", "\"\u00ED\u00A0\u0080\"",
        "\"a\u00ED\u00BF\u00BFb\"",
        "\"\u00C0\u0080\"", "\"\u00FF\"", "\"\u00E2\u0082\"", "\"\u00F4\u0090\u0080\u0080\"", "\"\\ud83d\\udd11\"", "\"\u00F0\u009F\u0094\u0091\"",
        "\"\\u0000\"", "\"\u0000\"", "\"\\ufeff\"",
        "\"\\uffff\"", "\"\\u202e\"", "\"\\u12\"", "\"\\x\"", "\"\n\"",

        // Numbers.
        "1e999", "-1e999", "1e-999", "-0", "-0.0", "01", "00", "+1", "1.", ".5", "1e", "0x10", "NaN", "Infinity", "1_000", "1e400", "1E2", "1.0", "1.5", "-1",
        "0", "2147483648",
        "9223372036854775807", "9223372036854775808", "-9223372036854775808", "99999999999999999999", "18446744073709551616", "253402300799", "253402300800",
        "-62135596801", "1e18",

        // Other kinds, and kinds of text.
        "null", "true", "false", "{}", "[]", "[null]", "[[[[]]]]", "{\"a\":{\"a\":{}}}", "{\"a\":1,\"a\":2}", "{\"\":\"\"}", "\"\"", "\" \"", "\"null\"",
        "\"true\"", "\"1\"", "\"2048\"", "undefined", "'a'",
        "\"AAAA==\"", "\"+/=\"", "\"A\"", "\"A A\"", "\"*\"", "\"..\"", "\"RSA\"", "\"oct\"", "\"none\"", "\"P0D\"", "\"P9999999Y\"", "\"-P1D\"",
        "\"PT1e999S\"", "\"00000000-0000-0000-0000-000000000000\"",
        "\"9999-99-99T99:99:99Z\"", "\"http://[/\"", "\"http://localhost:99999\"", "\"-----BEGIN CERTIFICATE-----\"", "\"::/0\"",
        "[\"\\ud800\"]", "{\"\\ud800\":1}", "{\"\u00ED\u00A0\u0080\":\"\u00ED\u00A0\u0080\"}", "[1e999]", "{\"a\":01}",
    ];

    private static readonly string[] Names =
    [
        "\"\\ud800\"", "\"\\udc00\\ud800\"", "\"a\\ud83d\"", "\"\u00ED\u00A0\u0080\"", "\"\u00FF\"", "\"\u00C0\u0080\"", "\"\"", "\" \"", "\"\\u0000\"",
        "\"$id\"", "\"$ref\"", "\"$type\"", "\"__proto__\"", "a", "1",
    ];

    private static readonly string[] FormValues =
    [
        "%ED%A0%80", "%u d800", "%uD800", "%FF", "%", "%z", "%00", "%C0%80", "%F0%9F%94%91", "\u00ED\u00A0\u0080", "\u00FF", "", "+", "1e999", "-0",
        "%2F%2Fevil.example", "%0d%0aX:%20y", "/%C3%A9", "/%ED%A0%80", "=", "&", "&&==",
        "[][][]", "%EF%BB%BF",
    ];

    public byte[] Next(byte[]? valid, bool isForm) => random.Next(12) switch
    {
        0 => Cut(valid ?? []),
        1 => Encode(valid ?? []),
        2 => Inflate(valid ?? []),
        _ when valid is null => Latin(Pick(Values)),
        _ when isForm => InForm(valid),
        _ => InJson(valid),
    };

    /// <summary>The text in another encoding than it should be, or with a mark that says which.</summary>
    private byte[] Encode(byte[] valid) => random.Next(6) switch
    {
        0 => [0xEF, 0xBB, 0xBF, .. valid],
        1 => [0xFF, 0xFE, .. Encoding.Unicode.GetBytes(Encoding.UTF8.GetString(valid))],
        2 => Encoding.BigEndianUnicode.GetBytes(Encoding.UTF8.GetString(valid)),
        3 => [0xEF, 0xBB, 0xBF, 0xEF, 0xBB, 0xBF, .. valid],
        4 => [0xEF, 0xBB, 0xBF],
        _ => [.. valid, 0xED, 0xA0, 0x80],
    };

    private byte[] Cut(byte[] valid)
    {
        var copy = valid.ToArray();
        switch (random.Next(3))
        {
            case 0: return copy[..random.Next(copy.Length + 1)];
            case 1 when copy.Length > 0: copy[random.Next(copy.Length)] = (byte)random.Next(256); return copy;
            default: return [.. copy, .. Bytes(random.Next(1, 16))];
        }
    }

    /// <summary>Deep or large; limits are 64 KB at the vault and 96 KB at DPS.</summary>
    private byte[] Inflate(byte[] valid) => random.Next(6) switch
    {
        0 => Latin(Nested("[", "]")),
        1 => Latin(Nested("{\"a\":", "}")),
        2 => Latin(new string('[', Deep)),
        3 => Latin($"{{{string.Join(',', Enumerable.Range(0, random.Next(16, 3000)).Select(tag => $"\"{tag}\":\"x\""))}}}"),
        4 => [.. valid, .. Enumerable.Repeat((byte)' ', random.Next(1, 300_000))],
        _ => Latin(string.Join('&', Enumerable.Range(0, random.Next(16, 3000)).Select(number => $"n{number}=x"))),
    };

    private byte[] InForm(byte[] valid)
    {
        var fields = Encoding.Latin1.GetString(valid).Split('&').ToList();
        for (var faults = random.Next(1, 3); faults > 0; faults--)
        {
            var at = random.Next(fields.Count);
            var name = fields[at].Split('=')[0];
            switch (random.Next(4))
            {
                case 0: fields[at] = $"{Pick(FormValues)}={Pick(FormValues)}"; break;
                case 1: fields.Add($"{name}={Pick(FormValues)}"); break;
                default: fields[at] = $"{name}={Pick(FormValues)}"; break;
            }
        }

        return Latin(string.Join('&', fields));
    }

    private byte[] InJson(byte[] valid)
    {
        var spots = Spots(valid);
        var body = valid;
        var end = valid.Length;

        // From the back, so that the spots before stay where they are.
        foreach (var (start, stop, isName) in Enumerable.Range(0, random.Next(1, 4))
            .Select(_ => spots[random.Next(spots.Count)])
            .Distinct()
            .OrderByDescending(spot => spot.Start))
        {
            if (stop > end)
            {
                continue;
            }

            end = start;
            body = [.. body[..start], .. isName ? Name(valid[start..stop]) : Value(), .. body[stop..]];
        }

        return body;
    }

    /// <summary>Another name, or the same one a second time, as it is or escaped.</summary>
    private byte[] Name(byte[] name) => random.Next(3) switch
    {
        0 => Latin(Pick(Names)),
        1 => [.. name, .. ":"u8, .. Value(), .. ","u8, .. name],
        _ => [.. name, .. ":"u8, .. Value(), .. ","u8, .. Latin($"\"\\u{name[1]:x4}"), .. name[2..]],
    };

    private byte[] Value() => random.Next(40) switch
    {
        0 => Latin(Nested("[", "]")),
        1 => Latin(Nested("{\"a\":", "}")),
        2 => Latin($"\"{new string('a', random.Next(100, 90_000))}\""),
        3 => Latin(new string('9', random.Next(20, 5000))),
        4 => Latin($"[{string.Join(',', Enumerable.Repeat(Pick(Values), random.Next(10, 2000)))}]"),
        _ => Latin(Pick(Values)),
    };

    /// <summary>Where names and values stand, whole objects and arrays among them.</summary>
    private static List<(int Start, int Stop, bool IsName)> Spots(byte[] json)
    {
        var spots = new List<(int, int, bool)>();
        var reader = new Utf8JsonReader(json);
        while (reader.Read())
        {
            if (reader.TokenType is JsonTokenType.EndObject or JsonTokenType.EndArray)
            {
                continue;
            }

            var whole = reader;
            if (reader.TokenType == JsonTokenType.PropertyName)
            {
                spots.Add(((int)reader.TokenStartIndex, (int)reader.TokenStartIndex + reader.ValueSpan.Length + 2, true));
            }
            else
            {
                whole.Skip();
                spots.Add(((int)reader.TokenStartIndex, (int)whole.BytesConsumed, false));
            }
        }

        return spots;
    }

    private static string Nested(string open, string close) =>
        string.Concat(Enumerable.Repeat(open, Deep)) + "1" + string.Concat(Enumerable.Repeat(close, Deep));

    private static byte[] Latin(string text) => Encoding.Latin1.GetBytes(text);

    private byte[] Bytes(int count)
    {
        var bytes = new byte[count];
        random.NextBytes(bytes);
        return bytes;
    }

    private string Pick(string[] from) => from[random.Next(from.Length)];
}
