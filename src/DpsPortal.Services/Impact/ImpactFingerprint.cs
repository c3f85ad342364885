using System.Globalization;
using System.Security.Cryptography;
using System.Text;

namespace DpsPortal.Services.Impact;

/// <summary>
/// SHA-256 over what a person acknowledges: target, changes, and per instance its effective version, fate, reason and epoch. Times are left
/// out, they change without anything having changed; so are counts, which every registration changes (see <see cref="RevocationImpact.Covers"/>).
/// </summary>
internal static class ImpactFingerprint
{
    public static string Of(ImpactState state, IReadOnlyList<AffectedInstance> instances, IReadOnlyList<VaultChange> changes, AccessRoute? remaining)
    {
        var epochs = state.Dependents.Concat(state.Unmatched).ToDictionary(dependent => dependent.Name, dependent => dependent.Access.Epoch);
        var canonical = new StringBuilder();
        Append("target", state.Target.Method, state.Target.Key, state.Target.Instance ?? "");
        foreach (var change in changes)
        {
            Append("change", change.Kind, change.Subject);
        }

        AppendRoute(remaining);
        foreach (var missing in state.Missing)
        {
            Append("missing", missing.Instance);
        }

        foreach (var instance in instances.OrderBy(instance => instance.Name, StringComparer.Ordinal))
        {
            Append("instance", instance.Name, instance.Fate, instance.Reason, instance.EffectiveVersion, instance.AccessNow, epochs[instance.Name]);
            AppendRoute(instance.Route);
        }

        return Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(canonical.ToString())));

        void AppendRoute(AccessRoute? route)
        {
            if (route is not null)
            {
                Append("route", route.Role, route.Scope, route.Name);
            }
        }

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
