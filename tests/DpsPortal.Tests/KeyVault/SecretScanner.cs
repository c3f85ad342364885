using System.Buffers;
using System.Buffers.Text;
using System.Text;

namespace DpsPortal.Tests.KeyVault;

/// <summary>Finds known secrets in text, however they are written: raw, hexadecimal, base64 and base64url at any alignment.</summary>
internal sealed class SecretScanner
{
    /// <summary>Enough to be no accident, and short enough to be found when a secret is cut or embedded.</summary>
    private const int Window = 15;
    private readonly Dictionary<string, string> _needles = new(StringComparer.Ordinal);

    public int Count => _needles.Count;

    public void Add(string name, byte[] secret)
    {
        // Leading zeros say nothing.
        var value = secret.AsSpan().TrimStart((byte)0);
        if (value.Length < Window)
        {
            return;
        }

        var window = value.Slice(value.Length / 4, Math.Min(Window, value.Length - value.Length / 4)).ToArray();
        foreach (var form in FormsOf(window))
        {
            _needles[form] = name;
        }
    }

    public void Add(string name, string secret) => _needles[secret] = name;

    /// <summary>What was found where.</summary>
    public List<string> Scan(IEnumerable<string> texts)
    {
        var needles = SearchValues.Create([.. _needles.Keys], StringComparison.Ordinal);
        return [.. texts.Where(text => text.AsSpan().ContainsAny(needles))
            .Select(text => $"{_needles.First(needle => text.Contains(needle.Key, StringComparison.Ordinal)).Value} in: {text[..Math.Min(200, text.Length)]}")];
    }

    public static IEnumerable<string> FormsOf(byte[] window)
    {
        yield return Encoding.Latin1.GetString(window);
        yield return Convert.ToHexString(window);
        yield return Convert.ToHexStringLower(window);
        for (var shift = 0; shift < 3; shift++)
        {
            // As it stands in the middle of a longer value: without the characters that neighbours have a share in.
            var aligned = window[shift..(shift + ((window.Length - shift) / 3 * 3))];
            yield return Convert.ToBase64String(aligned);
            yield return Base64Url.EncodeToString(aligned);
        }
    }
}
