using System.Net;
using System.Text.Json;

namespace DpsPortal.KeyVault.Management;

internal enum NetworkVerdict
{
    Admitted,
    Denied,
    NotPublic,
}
