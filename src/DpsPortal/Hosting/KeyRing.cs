using System.Xml;
using System.Xml.Linq;
using DpsPortal.Services;

namespace DpsPortal.Hosting;

/// <summary>
/// The folder of the keys that sign cookies and forms, never records. It is the owner's alone, as those of the other keys. What is
/// not readable in it would fail every sign-in later, so that the start looks.
/// </summary>
internal static class KeyRing
{
    public static DirectoryInfo Open(PortalSettings settings)
    {
        var path = Path.Combine(settings.DataDirectory, "portal-keys");
        try
        {
            ProtectedFolder.Open(path);
            var folder = new DirectoryInfo(path);
            foreach (var file in folder.EnumerateFiles("*.xml"))
            {
                Check(file.FullName);
            }

            return folder;
        }
        catch (Exception fault) when (fault is IOException or UnauthorizedAccessException)
        {
            throw new PortalStartRefusedException(
                $"The folder of the sign-in keys cannot be used: {fault.Message.TrimEnd('.')}. " +
                "Let this user write there, with space on the disk, or set another folder in Portal:DataDirectory.");
        }
    }

    private static void Check(string file)
    {
        try
        {
            XDocument.Load(file);
        }
        catch (XmlException)
        {
            throw new PortalStartRefusedException(
                $"'{file}' is no key of the sign-in. Put it back from a backup; or delete it: everybody signs in anew, and nothing else depends on it.");
        }
    }
}
