using DpsPortal.Common;
using DpsPortal.Services.Impact;

namespace DpsPortal.Features.Revocation;

/// <summary>What a person agrees to: who loses what, what cannot be told, and who is without access already.</summary>
internal static class AcknowledgeWords
{
    public static string Of(Words words, RevocationImpact? impact)
    {
        if (impact is null)
        {
            return words["AcknowledgeNothing"];
        }

        string[] parts =
        [
            Part("AcknowledgeLoses", AccessFate.Loses),
            Part("AcknowledgeUnknown", AccessFate.Unknown),
            Part("AcknowledgeWithout", AccessFate.StaysWithout),
        ];
        return parts.Where(part => part.Length > 0).ToArray() is { Length: > 0 } said
            ? words["Acknowledge", string.Join("; ", said)]
            : words["AcknowledgeNothing"];

        string Part(string text, AccessFate fate) => impact.Of(fate).ToList() is { Count: > 0 } instances
            ? words.Count(text, instances.Count, Words.Number(instances.Sum(instance => instance.Records.Total)))
            : "";
    }
}
