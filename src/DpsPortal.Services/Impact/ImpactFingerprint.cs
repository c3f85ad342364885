using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DpsPortal.Services.Impact;

/// <summary>
/// SHA-256 over what a person acknowledges: target, changes, and per instance its effective version, fate and epoch. Times are left
/// out, they change without anything having changed; so are counts, which every registration changes (see <see cref="RevocationImpact.Covers"/>).
/// </summary>
internal static class ImpactFingerprint
{
    public static string Of(ImpactState state, IReadOnlyList<AffectedInstance> instances, IReadOnlyList<VaultChange> changes)
    {
        var epochs = state.Dependents.ToDictionary(dependent => dependent.Name, dependent => dependent.Access.Epoch);
        var canonical = new StringBuilder();
        Append("target", state.Target.Method, state.Target.Key, state.Target.Instance ?? "");
        foreach (var change in changes)
        {
            Append("change", change.Kind, change.Subject);
        }

        foreach (var instance in instances.OrderBy(instance => instance.Name, StringComparer.Ordinal))
        {
            Append("instance", instance.Name, instance.LosesAccess, instance.Reason, instance.EffectiveVersion, instance.AccessNow, epochs[instance.Name]);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())));

        // Each part carries its length, so that no two contents give the same text.
        void Append(params ReadOnlySpan<object> parts)
        {
            foreach (var part in parts)
            {
                var text = Convert.ToString(part, CultureInfo.InvariantCulture) ?? "";
                canonical.Append(CultureInfo.InvariantCulture, $"{text.Length}:{text};");
            }

            canonical.Append('\n');
        }
    }
}
